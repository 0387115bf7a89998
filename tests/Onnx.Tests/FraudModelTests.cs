using System.Globalization;
using Xunit;

namespace StreamGrains.Onnx.Tests;

public sealed class FraudModelTests : IDisposable
{
    private const string Shared = "models/fraud/random_forest_100.onnx";
    private readonly OnnxModelCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Theory]
    [InlineData("xgboost_100", "probabilities[1]")]
    [InlineData("decision_tree", "probabilities[1]")]
    [InlineData("decision_tree_depth2", "probabilities[1]")]
    [InlineData("logistic_regression", "probabilities[1]")]
    [InlineData("logistic_regression_core_ops", "probability")]
    [InlineData("mlp_64_32", "probability")]
    [InlineData("isolation_forest", "score")]
    public void Every_sample_row_gets_the_score_of_its_model(string model, string output) => AssertScores(TestModels.Path($"fraud/{model}.onnx"), model, output);

    [Theory]
    [InlineData("xgboost_100")]
    [InlineData("decision_tree")]
    [InlineData("decision_tree_depth2")]
    [InlineData("logistic_regression")]
    [InlineData("logistic_regression_core_ops")]
    [InlineData("mlp_64_32")]
    [InlineData("isolation_forest")]
    public void Every_model_has_its_score_as_the_default_output(string model) => AssertScores(TestModels.Path($"fraud/{model}.onnx"), model, "default");

    [SharedFileFact(Shared)]
    public void The_large_random_forest_gives_its_scores() => AssertScores(TestModels.Shared(Shared)!, "random_forest_100", "probabilities[1]");

    private void AssertScores(string file, string column, string output)
    {
        var rows = Csv("fraud/sample_inputs.csv").Skip(1).Select(line => line.Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToList();
        var expected = Csv("fraud/sample_expected.csv").ToList();
        var at = Array.IndexOf(expected[0], column);

        var (scores, failures) = TestModels.Score(_catalog.Open(file), rows, output);

        Assert.All(failures, Assert.Null);
        for (var row = 0; row < rows.Count; row++)
        {
            Assert.Equal(double.Parse(expected[row + 1][at], CultureInfo.InvariantCulture), scores[0][row], 1e-5);
        }
    }

    private static IEnumerable<string[]> Csv(string file) => File.ReadLines(TestModels.Path(file)).Select(line => line.Split(','));
}

/// <summary>A test that needs a large file, which lies beside the repository or not at all.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFileFactAttribute : FactAttribute
{
    public SharedFileFactAttribute(string file)
    {
        if (TestModels.Shared(file) is null)
        {
            Skip = $"../shared/{file} is not there";
        }
    }
}
