using System.Text.Json;

namespace StreamGrains.Onnx.Tests;

/// <summary>One entry of the zoo's manifest: a model, its rows and what it must answer.</summary>
internal sealed class ZooModel(JsonElement entry)
{
    private static readonly JsonElement Manifest = JsonDocument.Parse(System.IO.File.ReadAllText(TestModels.Path("zoo/manifest.json"))).RootElement;

    public string Name => entry.GetProperty("name").GetString()!;

    public string File => TestModels.Path("zoo/" + entry.GetProperty("file").GetString());

    public double Tolerance => entry.GetProperty("tolerance").GetProperty("to_score_ort").GetDouble();

    public bool TakesText => Inputs.Any(input => input.GetProperty("type").GetString() == "tensor(string)");

    /// <summary>As a spec would name the score.</summary>
    public string Output
    {
        get
        {
            var score = entry.GetProperty("score");
            var output = score.GetProperty("output").GetString();
            return score.GetProperty("kind").GetString() switch
            {
                "column" => $"{output}[{score.GetProperty("column")}]",
                "zipmap" => $"{output}[{score.GetProperty("key")}]",
                "scalar" => output!,
                var kind => throw new InvalidOperationException($"{Name}: kind {kind}"),
            };
        }
    }

    public List<JsonElement> Expected => TestModels.Lines($"zoo/{Name}.expected.jsonl");

    /// <summary>Features in the order of the model's inputs and their columns; null is NaN.</summary>
    public List<float[]> Rows =>
        [.. TestModels.Lines($"zoo/{Name}.inputs.jsonl").Select(row => Inputs.SelectMany(input => Features(row, input)).ToArray())];

    private IEnumerable<JsonElement> Inputs => entry.GetProperty("inputs").EnumerateArray();

    public static IEnumerable<ZooModel> Good => Manifest.GetProperty("models").EnumerateArray().Select(entry => new ZooModel(entry));

    public static ZooModel Named(string name) => new(Manifest.GetProperty("models").EnumerateArray().Concat(Manifest.GetProperty("bad").EnumerateArray())
        .Single(entry => entry.TryGetProperty("name", out var own) && own.GetString() == name));

    private static IEnumerable<float> Features(JsonElement row, JsonElement input) => input.TryGetProperty("columns", out var columns)
        ? columns.EnumerateArray().SelectMany(column => Numbers(row.GetProperty(column.GetString()!)))
        : Numbers(row.GetProperty(input.GetProperty("field").GetString()!));

    private static IEnumerable<float> Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Null => [float.NaN],
        _ => [(float)value.GetDouble()],
    };
}
