using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps.Derive;
using StreamGrains.Engine.Steps.Score;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Steps.Score;

public class ScoreOperatorTests
{
    private const int Score = Plans.FirstComputed, Copy = Score + 1;

    private static readonly ColumnDef[] Computed = [new("score", ColumnType.Double), new("copy", ColumnType.String, true)];

    private static readonly StepPlan[] Steps =
    [
        new ScorePlan("score", "model.onnx", [Plans.Amount, Plans.Id], [Score], ["default"]),
        new DerivePlan("derive", [new Assignment(Copy, new ColumnExpression(Plans.Note, ColumnType.String, true))]),
        new SinkPlan("to", Plans.Results, JsonFormat.Instance, null, -1, [Plans.Id, Score]),
    ];

    [Fact]
    public void A_row_that_fails_becomes_a_dead_letter_with_its_own_record_and_the_others_go_on()
    {
        using var driver = Make(Plans.Job(Plans.Source(false, Computed, Steps)), 0);
        List<Happening> all = [.. Enumerable.Range(0, 6).Select(i => new Happening(new Event(i, Streams.Start, "1", i, "secret").Json(false)))];
        driver.Run(all, 0, 6, () => 4);
        driver.Commit();
        Assert.Equal([0, 1, 3, 4], driver.Outputs[Plans.Results].Select(line => (int)char.GetNumericValue(line[line.IndexOf("\"id\":", StringComparison.Ordinal) + 5])));
        var letter = driver.Outputs[Plans.DeadLetters][0];
        Assert.Contains("\"id\":2,", letter, StringComparison.Ordinal);
        Assert.Contains("no score for 2", letter, StringComparison.Ordinal);
        Assert.Equal((2, 6, 2), (driver.Processor.Counters.DeadLetters, driver.Processor.Counters.Scored, driver.Processor.Counters.Runs));
    }

    [Fact]
    public void Behind_a_re_key_the_letter_has_the_columns_so_far_and_nothing_of_other_rows()
    {
        var job = Plans.Job(Plans.Source(false, [], Plans.Exchange()), Plans.Keyed(false, Computed, Steps));
        using var upstream = new Driver(job, 0, 0, Plans.Setup(1, 1));
        List<Happening> all = [.. Enumerable.Range(0, 3).Select(i => new Happening(new Event(i, -5, "1", i, i == 0 ? "secret" : null).Json(false)))];
        upstream.Run(all, 0, 3, () => 9);
        upstream.Commit();
        using var driver = Make(job, 1);
        // The same block twice: the second time around, columns hold what the first left.
        driver.Run([new Happening(upstream.Blocks[0][0]), new Happening(upstream.Blocks[0][0])], 0, 2, () => 1);
        driver.Commit();
        Assert.Equal(2, driver.Outputs[Plans.DeadLetters].Count);
        Assert.All(driver.Outputs[Plans.DeadLetters], l => Assert.StartsWith("null@0 {\"id\":2,\"ts\":-5,\"key\":1,\"amount\":2,\"note\":null} ", l, StringComparison.Ordinal));
    }

    private static Driver Make(JobPlan job, int stage) => new(job, stage, 0, new ProcessorSetup([1, 1], (_, _, _) => new FakeScorer()));

    /// <summary>The score is the first feature; a row whose second is 2 or 5 fails.</summary>
    private sealed class FakeScorer : IScorer
    {
        private readonly float[] matrix = new float[100];

        public Span<float> Matrix(int rows) => matrix;

        public int Score(int rows, Span<double> scores, Span<string?> failures)
        {
            var failed = 0;
            for (var row = 0; row < rows; row++)
            {
                Assert.Null(failures[row]);
                scores[row] = matrix[row * 2];
                if (matrix[row * 2 + 1] % 3 != 2) continue;
                failures[row] = $"no score for {matrix[row * 2 + 1]}";
                failed++;
            }
            return failed;
        }

        public void Dispose()
        {
        }
    }
}
