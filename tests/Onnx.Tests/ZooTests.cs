using System.Text.Json;
using Xunit;

namespace StreamGrains.Onnx.Tests;

public sealed class ZooTests : IDisposable
{
    private readonly OnnxModelCatalog _catalog = new();

    private static IEnumerable<string> Applicable => ZooModel.Good.Where(model => !model.TakesText && model.Name != "torch_autoencoder").Select(model => model.Name);

    public static TheoryData<string> Numeric() => new(Applicable);

    // int8_dynamic takes its scale from the whole batch.
    public static TheoryData<string> IndependentOfBatchMates() => new(Applicable.Where(name => name != "int8_dynamic"));

    public static TheoryData<string> WithText() => new(ZooModel.Good.Where(model => model.TakesText).Select(model => model.Name));

    public void Dispose() => _catalog.Dispose();

    [Theory, MemberData(nameof(Numeric))]
    public void A_model_as_its_exporter_wrote_it_gives_the_expected_scores(string name)
    {
        var zoo = ZooModel.Named(name);
        var (scores, failures) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, zoo.Output);

        Assert.All(failures, Assert.Null);
        AssertNear(zoo.Expected.Select(row => row.GetProperty("score_ort").GetDouble()), scores[0], Tolerance(zoo));
    }

    [Theory, MemberData(nameof(IndependentOfBatchMates))]
    public void A_row_alone_scores_as_it_does_in_a_batch(string name)
    {
        var zoo = ZooModel.Named(name);
        var rows = zoo.Rows;
        using var scorer = _catalog.Open(zoo.File).CreateScorer(rows[0].Length, [zoo.Output]);
        var together = TestModels.Score(scorer, rows).Scores[0];
        var alone = rows.Select(row => TestModels.Score(scorer, [row]).Scores[0][0]);
        AssertNear(together, alone, Math.Max(1e-6, Tolerance(zoo)));
    }

    [Theory, MemberData(nameof(WithText))]
    public void A_model_that_takes_text_is_refused_in_words(string name)
    {
        var zoo = ZooModel.Named(name);
        var problems = _catalog.Open(zoo.File).Check(5, [zoo.Output]);
        Assert.Contains(problems, problem => problem.Contains("takes text, and features are numbers", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_outputs_and_columns_come_from_one_run()
    {
        var zoo = ZooModel.Named("multi_output");
        var (scores, _) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, "probabilities[2]", "embedding[5]", "probabilities[0]");

        AssertNear(zoo.Expected.Select(row => row.GetProperty("probabilities_ort")[2].GetDouble()), scores[0], zoo.Tolerance);
        AssertNear(zoo.Expected.Select(row => row.GetProperty("embedding_ort")[5].GetDouble()), scores[1], zoo.Tolerance);
        AssertNear(zoo.Expected.Select(row => row.GetProperty("probabilities_ort")[0].GetDouble()), scores[2], zoo.Tolerance);
    }

    [Fact]
    public void Any_column_of_a_reconstruction_can_be_read()
    {
        var zoo = ZooModel.Named("torch_autoencoder");
        var (scores, _) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, "reconstruction[3]");
        AssertNear(zoo.Expected.Select(row => row.GetProperty("reconstruction_ort")[3].GetDouble()), scores[0], zoo.Tolerance);
    }

    [Fact]
    public void An_output_that_is_declared_with_one_row_gives_all_of_them()
    {
        var zoo = ZooModel.Named("lightgbm_zipmap");
        var (scores, _) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, "label", "probabilities[0]");
        Assert.Equal(zoo.Expected.Select(row => row.GetProperty("label_ort").GetDouble()), scores[0]);
        AssertNear(zoo.Expected.Select(row => 1 - row.GetProperty("score_ort").GetDouble()), scores[1], 2e-6);
    }

    [Fact]
    public void A_row_that_makes_the_model_throw_costs_no_other_row_its_score()
    {
        var zoo = ZooModel.Named("bad/poison_row");
        var (scores, failures) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, zoo.Output);

        Assert.Equal([0, 57, 58, 119], Enumerable.Range(0, failures.Length).Where(row => failures[row] is not null));
        Assert.Contains("out of data bounds, idx=20", failures[0], StringComparison.Ordinal);
        foreach (var (expected, row) in zoo.Expected.Select((row, i) => (row, i)).Where(row => failures[row.i] is null))
        {
            Assert.Equal(expected.GetProperty("score_ort").GetDouble(), scores[0][row], zoo.Tolerance);
        }
    }

    [Fact]
    public void A_score_that_is_no_number_fails_its_row_only()
    {
        var zoo = ZooModel.Named("bad/nan_rows");
        var (scores, failures) = TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, zoo.Output);

        var expected = zoo.Expected.Select(row => row.GetProperty("score_ort")).ToList();
        Assert.Contains(expected, score => score.ValueKind == JsonValueKind.Null);
        for (var row = 0; row < expected.Count; row++)
        {
            if (expected[row].ValueKind == JsonValueKind.Null)
            {
                Assert.Equal("score `score` is NaN", failures[row]);
                continue;
            }
            Assert.Null(failures[row]);
            Assert.Equal(expected[row].GetDouble(), scores[0][row], zoo.Tolerance);
        }
    }

    // Features are float, so a double model is met to float's precision.
    private static double Tolerance(ZooModel zoo) => Math.Max(zoo.Tolerance, 1e-6);

    private static void AssertNear(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        var pairs = expected.Zip(actual).ToList();
        Assert.NotEmpty(pairs);
        Assert.Empty(pairs.Select((pair, row) => (row, pair.First, pair.Second)).Where(pair => !(Math.Abs(pair.First - pair.Second) <= tolerance)));
    }
}
