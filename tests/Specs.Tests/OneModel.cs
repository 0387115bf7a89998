using StreamGrains.Engine.Ports;

namespace StreamGrains.Specs.Tests;

/// <summary>A catalog with one model, which says what it was asked.</summary>
internal sealed class OneModel : IModelCatalog, IModel
{
    /// <summary>Refuses every path, with this message.</summary>
    public string? Refusal { get; init; }

    /// <summary>What Check finds.</summary>
    public string[] Problems { get; init; } = [];

    /// <summary>The paths that were opened.</summary>
    public List<string> Opened { get; } = [];

    /// <summary>Number of features and outputs of each check.</summary>
    public List<(int Features, string Outputs)> Checked { get; } = [];

    public IReadOnlyList<ModelValue> Inputs => [new("features", "float[N, 15]")];

    public IReadOnlyList<ModelValue> Outputs => [new("probabilities", "float[N, 2]")];

    public IModel Open(string path)
    {
        Opened.Add(path);
        return Refusal is null ? this : throw new ModelRefused(Refusal);
    }

    public void Inspect(string path) => Open(path);

    public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs)
    {
        Checked.Add((features, string.Join(", ", outputs)));
        return Problems;
    }

    public IScorer CreateScorer(int features, IReadOnlyList<string> outputs) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
