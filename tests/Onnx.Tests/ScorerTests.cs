using StreamGrains.Engine.Ports;
using Xunit;

namespace StreamGrains.Onnx.Tests;

public sealed class ScorerTests : IDisposable
{
    private readonly OnnxModelCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void A_batch_allocates_a_few_objects_whatever_its_rows()
    {
        using var scorer = _catalog.Open(TestModels.Path("fraud/decision_tree_depth2.onnx")).CreateScorer(15, ["probabilities[1]"]);
        scorer.Matrix(1000).Clear();
        var scores = new double[1000];
        var failures = new string?[1000];
        var few = Allocated(() => scorer.Score(10, scores, failures));
        var many = Allocated(() => scorer.Score(1000, scores, failures));
        Assert.Equal(few, many);
        Assert.InRange(many, 0, 1024);
    }

    [Fact]
    public void Growing_the_matrix_keeps_the_rows_that_are_in_it()
    {
        using var scorer = _catalog.Open(TestModels.Path("fraud/decision_tree_depth2.onnx")).CreateScorer(15, ["probabilities[1]"]);
        scorer.Matrix(1).Fill(7);
        Assert.Equal(Enumerable.Repeat(7f, 15), scorer.Matrix(500)[..15].ToArray());
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void A_feature_that_is_no_whole_number_fails_its_row_where_the_model_takes_whole_numbers(float feature)
    {
        var model = _catalog.Open(TestModels.Path("zoo/torch_embedding_rec.onnx"));
        var (_, failures) = TestModels.Score(model, [[1, 2], [feature, 2], [3, 4]], "score");
        Assert.Null(failures[0]);
        Assert.Contains("input `user_id` takes whole numbers (long)", failures[1], StringComparison.Ordinal);
        Assert.Null(failures[2]);
    }

    [Fact]
    public void No_rows_are_no_run() => Assert.Equal(0, CreateSmall().Score(0, [], []));

    [Fact]
    public void Threads_with_scorers_of_their_own_share_a_model()
    {
        var zoo = ZooModel.Named("xgboost_proba");
        var model = _catalog.Open(zoo.File);
        var rows = zoo.Rows;
        var expected = TestModels.Score(model, rows, zoo.Output).Scores[0];
        Parallel.For(0, 16, _ => Assert.Equal(expected, TestModels.Score(model, rows, zoo.Output).Scores[0]));
    }

    private IScorer CreateSmall() => _catalog.Open(TestModels.Path("fraud/decision_tree_depth2.onnx")).CreateScorer(15, ["probabilities[1]"]);

    private static long Allocated(Action action)
    {
        for (var i = 0; i < 50; i++)
        {
            action();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
