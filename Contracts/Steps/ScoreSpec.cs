namespace StreamGrains.Contracts.Steps;

/// <summary>Scores every row with a model.</summary>
public sealed record ScoreSpec
{
    /// <summary>The ONNX file, relative to the spec.</summary>
    public required string Model { get; init; }

    /// <summary>Columns in the order that the model takes them.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>
    /// What to take from the model, by column name: default, an output's name, or name[column]. Without it, the column score gets the default:
    /// the model's one output of numbers, and of two columns the second.
    /// </summary>
    public OrderedDictionary<string, string> Output { get; init; } = new() { ["score"] = "default" };
}
