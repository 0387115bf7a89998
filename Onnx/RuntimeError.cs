using System.Text.RegularExpressions;

namespace StreamGrains.Onnx;

/// <summary>Turns the runtime's errors into words that name the cause and the cure.</summary>
internal static partial class RuntimeError
{
    /// <summary>The rest of a sentence that begins with the model's name.</summary>
    public static string OnLoad(Exception error)
    {
        var text = error.Message;
        if (UnknownOperator().Match(text) is { Success: true } op)
        {
            return $"uses the operator `{op.Groups[2].Value}` of domain `{op.Groups[1].Value}`, which ONNX Runtime does not have: export it with standard operators.";
        }
        if (IrVersion().Match(text) is { Success: true } ir)
        {
            return $"is written in ONNX IR version {ir.Groups[1].Value}, and this ONNX Runtime reads up to {ir.Groups[2].Value}: export it with an older version.";
        }
        if (Opset().Match(text) is { Success: true } opset)
        {
            return $"needs opset {opset.Groups[1].Value}, and this ONNX Runtime knows up to {opset.Groups[2].Value}: export it with a lower opset version.";
        }
        if (ExternalFile().Match(text) is { Success: true } weights)
        {
            return $"keeps weights in the file `{Path.GetFileName(weights.Groups[1].Value)}`, which is not beside it: copy that file to the model's folder.";
        }
        if (Locale().Match(text) is { Success: true } locale)
        {
            return $"needs the locale {locale.Groups[1].Value}, which this system lacks: install the locale, or export the model with the locale 'C'.";
        }
        if (text.Contains("Protobuf parsing failed", StringComparison.Ordinal) || text.Contains("does not have a graph", StringComparison.Ordinal))
        {
            return "is not an ONNX model, or was cut off while it was copied.";
        }
        return $"cannot be opened: {Reason(error)}";
    }

    /// <summary>What the runtime says, without source positions and error codes.</summary>
    public static string Reason(Exception error)
    {
        var text = error.Message;
        var status = text.IndexOf("Status Message: ", StringComparison.Ordinal);
        if (status >= 0)
        {
            text = text[(status + "Status Message: ".Length)..];
        }
        text = Noise().Replace(text, "").Trim();
        return text.Length == 0 ? error.GetType().Name : text;
    }

    [GeneratedRegex(@"error: ([\w.]*):(\w+)\([-\d]+\) is not a registered function/op")]
    private static partial Regex UnknownOperator();

    [GeneratedRegex(@"Unsupported model IR version: (\d+), max supported IR version: (\d+)")]
    private static partial Regex IrVersion();

    [GeneratedRegex(@"Opset (\d+) is under development.*is till opset (\d+)", RegexOptions.Singleline)]
    private static partial Regex Opset();

    [GeneratedRegex("External data path does not exist: \"([^\"]+)\"")]
    private static partial Regex ExternalFile();

    [GeneratedRegex(@"Failed to construct locale with name:([\w.-]+)")]
    private static partial Regex Locale();

    [GeneratedRegex(@"^\[ErrorCode:\w+\] |/onnxruntime_src/\S+ .*?\) |\w+\.(?:cc|h):\d+ ")]
    private static partial Regex Noise();
}
