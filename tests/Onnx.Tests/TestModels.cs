using System.Text.Json;
using StreamGrains.Engine.Ports;
using Xunit;

namespace StreamGrains.Onnx.Tests;

/// <summary>The model files of the tests, and the larger ones beside the repository where they are.</summary>
internal static class TestModels
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "models", name);

    /// <summary>A file under ../shared, seen from the root of the repository; null where it is missing.</summary>
    public static string? Shared(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "StreamGrains.sln")))
            {
                var path = System.IO.Path.Combine(folder.FullName, "..", "shared", name);
                return File.Exists(path) ? path : null;
            }
        }
        return null;
    }

    /// <summary>What scoring rows gave: scores as [output][row], and the reasons of the rows that failed.</summary>
    public static (double[][] Scores, string?[] Failures) Score(IModel model, IReadOnlyList<float[]> rows, params string[] outputs)
    {
        Assert.Empty(model.Check(rows[0].Length, outputs));
        using var scorer = model.CreateScorer(rows[0].Length, outputs);
        return Score(scorer, rows, outputs.Length);
    }

    public static (double[][] Scores, string?[] Failures) Score(IScorer scorer, IReadOnlyList<float[]> rows, int outputs = 1)
    {
        var width = rows[0].Length;
        var matrix = scorer.Matrix(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].CopyTo(matrix[(i * width)..]);
        }
        var scores = new double[outputs * rows.Count];
        var failures = new string?[rows.Count];
        var failed = scorer.Score(rows.Count, scores, failures);
        Assert.Equal(failures.Count(failure => failure is not null), failed);
        return ([.. Enumerable.Range(0, outputs).Select(o => scores[(o * rows.Count)..((o + 1) * rows.Count)])], failures);
    }

    public static List<JsonElement> Lines(string file) => [.. File.ReadLines(Path(file)).Select(line => JsonDocument.Parse(line).RootElement)];
}
