using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Onnx;

/// <summary>One file's session. Owner: the catalog, which disposes it; may be used from any thread.</summary>
internal sealed class OnnxModel : IModel, IDisposable
{
    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly ModelInput[] _inputs;
    private readonly Dictionary<string, OnnxOutput> _outputs;

    public OnnxModel(string path, InferenceSession session, IReadOnlyDictionary<string, MappedOutput>? maps)
    {
        _path = path;
        _session = session;
        _inputs = [.. session.InputNames.Select(name => ModelInput.Of(name, session.InputMetadata[name]))];
        Inputs = [.. session.InputNames.Select(name => new ModelValue(name, Describe.Value(session.InputMetadata[name])))];

        var mapOf = (maps?.Values ?? []).ToDictionary(map => map.Tensor);
        var outputs = session.OutputNames.Select(tensor => mapOf.TryGetValue(tensor, out var map)
            ? new OnnxOutput(map.Output, tensor, TensorElementType.Float, map.Classes, Describe.Classes(map.Classes))
            : OnnxOutput.Of(tensor, session.OutputMetadata[tensor])).ToList();
        _outputs = outputs.ToDictionary(output => output.Name);
        Outputs = [.. outputs.Select(output => new ModelValue(output.Name, output.Description))];
    }

    public IReadOnlyList<ModelValue> Inputs { get; }

    public IReadOnlyList<ModelValue> Outputs { get; }

    public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs)
    {
        var problems = _inputs.Select(input => input.Problem).OfType<string>().Select(problem => $"model '{_path}': {problem}.").ToList();
        if (problems.Count > 0)
        {
            return problems;
        }
        var inputs = WithWidths(features);
        var width = inputs.Sum(input => input.Width);
        var fits = inputs.All(input => input.Width is not null) && width == features;
        if (!fits)
        {
            problems.Add($"model '{_path}' takes {WidthInWords(inputs)} ({string.Join(", ", Inputs.Select(input => $"`{input.Name}`: {input.Description}"))}), and {features} are given.");
        }
        var widths = fits ? Probe(inputs, features) : [];
        problems.AddRange(outputs.Select(text => IsDefault(text) ? ProblemWithDefault(widths) : ProblemWith(text, widths)).OfType<string>());
        return problems;
    }

    public IScorer CreateScorer(int features, IReadOnlyList<string> outputs)
    {
        var inputs = WithWidths(features);
        // How many columns the default output has shows only when the model runs.
        var chosen = outputs.Any(IsDefault) ? DefaultOutput.Of(_outputs.Values, Probe(inputs, features)).Choice : null;
        var choices = outputs.Select(text => Choice(IsDefault(text) ? chosen! : text)).ToArray();
        var columns = choices.Select(choice =>
        {
            var output = _outputs[choice.Name];
            return new ScoreColumn(choice.Text, output, choice.ColumnIndex(output.Classes)!.Value, choice.Column is null);
        });
        return new OnnxScorer(new ModelRun(_session, inputs, features), [.. columns], inputs.Any(input => input.OneRow));
    }

    public void Dispose() => _session.Dispose();

    private bool IsDefault(string text) => text == DefaultOutput.Word && !_outputs.ContainsKey(text);

    private string? ProblemWithDefault(Dictionary<string, int> widths)
    {
        var (choice, problem) = DefaultOutput.Of(_outputs.Values, widths);
        return choice is null ? $"model '{_path}' {problem}." : ProblemWith(choice, widths);
    }

    private OutputChoice Choice(string text) => OutputChoice.Parse(text, _outputs.ContainsKey);

    // One input may leave its width open: then it takes all features.
    private ModelInput[] WithWidths(int features) => _inputs is [{ Width: null } only] ? [only.WithWidth(features)] : _inputs;

    private static string WidthInWords(ModelInput[] inputs) => inputs.All(input => input.Width is not null)
        ? inputs.Sum(input => input.Width) is 1 ? "1 feature" : $"{inputs.Sum(input => input.Width)} features"
        : "a number of features that its shape does not give";

    private string? ProblemWith(string text, Dictionary<string, int> widths)
    {
        var choice = Choice(text);
        if (!_outputs.TryGetValue(choice.Name, out var output))
        {
            var nearest = NearestName.Of(choice.Name, _outputs.Keys);
            return $"model '{_path}' has no output `{choice.Name}`. {(nearest is null ? $"It has {Names(_outputs.Keys)}." : $"Did you mean `{nearest}`?")}";
        }
        if (output.Problem is { } problem)
        {
            var others = _outputs.Values.Where(other => other.Problem is null).Select(other => other.Name).ToList();
            return $"model '{_path}': output `{output.Name}` {problem}.{(others.Count == 0 ? "" : $" Outputs with numbers: {Names(others)}.")}";
        }
        var column = choice.ColumnIndex(output.Classes);
        if (output.Classes is { } classes)
        {
            return column is not null && (choice.Column is not null || classes.Count == 1) ? null
                : $"model '{_path}': output `{output.Name}` has one score for each class: say which, as {string.Join(" or ", classes.Select(name => $"`{output.Name}[{name}]`"))}.";
        }
        if (column is null)
        {
            return $"model '{_path}': `{text}`: a column is a number from 0, as in `{output.Name}[1]`.";
        }
        if (!widths.TryGetValue(output.Tensor, out var width))
        {
            return null;    // found out row by row
        }
        return width < 1 ? $"model '{_path}': output `{output.Name}` ({output.Description}) does not give one result for each row."
            : choice.Column is null && width > 1 ? $"model '{_path}': output `{output.Name}` has {width} columns: say which, as in `{output.Name}[{Math.Min(1, width - 1)}]`."
            : column >= width ? $"model '{_path}': output `{output.Name}` has {width} column{(width == 1 ? "" : "s")}, and columns are counted from 0: there is no `{text}`."
            : null;
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    /// <summary>
    /// Runs rows of zeros: values a row by output tensor, 0 where the rows do not divide them. Empty when the model throws on zeros, which it may.
    /// This also warms the session up.
    /// </summary>
    private Dictionary<string, int> Probe(ModelInput[] inputs, int features)
    {
        var rows = inputs.Any(input => input.OneRow) ? 1 : 2;
        var tensors = _outputs.Values.Where(output => output.Problem is null).Select(output => output.Tensor).ToArray();
        using var run = new ModelRun(_session, inputs, features);
        run.Matrix(rows).Clear();
        try
        {
            using var values = run.Run(0, rows, tensors);
            return tensors.Zip(values, (tensor, value) => (tensor, count: value.GetTensorTypeAndShape().ElementCount))
                .ToDictionary(output => output.tensor, output => output.count % rows == 0 ? (int)output.count / rows : 0);
        }
        catch (OnnxRuntimeException)
        {
            return [];
        }
    }
}
