using System.Globalization;

namespace StreamGrains.Onnx;

/// <summary>What a spec asks of a model: an output, and one of its columns (or classes) where it has several.</summary>
internal sealed record OutputChoice(string Text, string Name, string? Column)
{
    /// <summary>Reads <c>name</c> or <c>name[column]</c>. An output whose own name ends so is meant whole.</summary>
    public static OutputChoice Parse(string text, Func<string, bool> isOutput)
    {
        var open = text.LastIndexOf('[');
        return open <= 0 || !text.EndsWith(']') || isOutput(text) ? new(text, text, null) : new(text, text[..open], text[(open + 1)..^1].Trim());
    }

    /// <summary>The column as a number; with <paramref name="classes"/> the place of the class so named. Null when there is none such.</summary>
    public int? ColumnIndex(IReadOnlyList<string>? classes)
    {
        if (Column is null)
        {
            return 0;
        }
        if (classes is not null)
        {
            for (var i = 0; i < classes.Count; i++)
            {
                if (classes[i] == Column)
                {
                    return i;
                }
            }
            return null;
        }
        return int.TryParse(Column, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
    }
}
