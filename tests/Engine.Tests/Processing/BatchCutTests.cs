using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps.Derive;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Processing;

/// <summary>Outcomes and state depend on the records, never on where batches, commits, snapshots and recoveries fall between them.</summary>
public class BatchCutTests
{
    public static TheoryData<string, bool, int> Cases()
    {
        var cases = new TheoryData<string, bool, int>();
        foreach (var shape in (string[])["rolling", "delayed", "tumbling", "hopping", "late topic", "re-keyed", "windows re-keyed", "rolling then window"])
            foreach (var textKeys in (bool[])[false, true])
                for (var seed = 1; seed <= 6; seed++) cases.Add(shape, textKeys, seed);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Any_cut_gives_the_outputs_and_the_state_of_one_big_batch(string shape, bool textKeys, int seed)
    {
        var job = Job(shape, textKeys);
        var random = new Random(seed);
        var all = Streams.Happenings(random, Streams.Events(random, 400, late: 0.1), textKeys, between: true);

        using var whole = new Driver(job, 0, 0, Plans.Setup(1, 3));
        whole.Run(all, 0, all.Count, () => int.MaxValue);
        whole.Commit();
        using var cut = new Driver(job, 0, 0, Plans.Setup(1, 3));
        RunInPieces(cut, all, random);

        Assert.Equal(whole.Lines, cut.Lines);
        Assert.Equal(whole.State(), cut.State());
        Assert.NotEmpty(whole.Outputs);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Behind_a_re_key_any_cut_gives_the_same(string shape, bool textKeys, int seed)
    {
        if (shape.EndsWith("re-keyed", StringComparison.Ordinal)) return;
        var random = new Random(seed);
        var first = Plans.Source(textKeys, [], Plans.Exchange());
        var inner = Job(shape, textKeys).Stages[0];
        var job = Plans.Job(first, inner with { Index = 1, Input = new ExchangeInput(Plans.Internal, 0, [0, 1, 2, 3, 4]) });
        var all = Interleave(random, job, textKeys, late: 0.1);

        using var whole = new Driver(job, 1, 0, Plans.Setup(3, 1));
        whole.Run(all, 0, all.Count, () => int.MaxValue);
        whole.Commit();
        using var cut = new Driver(job, 1, 0, Plans.Setup(3, 1));
        RunInPieces(cut, all, random);

        Assert.Equal(whole.Lines, cut.Lines);
        Assert.Equal(whole.State(), cut.State());
        Assert.NotEmpty(whole.Outputs);
    }

    internal static JobPlan Job(string shape, bool textKeys)
    {
        var next = Plans.Keyed(textKeys, []);
        switch (shape)
        {
            case "rolling" or "delayed" or "rolling then window":
                var (rolling, columns) = Plans.Rolling(delayed: shape != "rolling");
                // A text that is computed behind the rows that wait: nothing of an earlier batch may get into their state.
                IReadOnlyList<ColumnDef> computed = [.. columns, new("copy", ColumnType.String, true)];
                var copy = new DerivePlan("derive", [new Assignment(Plans.FirstComputed + columns.Count, new ColumnExpression(Plans.Note, ColumnType.String, true))]);
                IReadOnlyList<StepPlan> rest = shape == "rolling then window"
                    ? Plans.Window(textKeys, 60_000, 60_000, lateTopic: true)
                    : [Plans.Sink(Plans.Layout(textKeys, computed))];
                return Plans.Job(Plans.Source(textKeys, computed, [rolling, copy, .. rest]), next);
            case "tumbling": return Plans.Job(Plans.Source(textKeys, [], [.. Plans.Window(textKeys, 60_000, 60_000, lateTopic: false)]), next);
            case "hopping": return Plans.Job(Plans.Source(textKeys, [], [.. Plans.Window(textKeys, 60_000, 10_000, lateTopic: false)]), next);
            case "late topic": return Plans.Job(Plans.Source(textKeys, [], [.. Plans.Window(textKeys, 60_000, 20_000, lateTopic: true)]), next);
            case "windows re-keyed":
                var window = Plans.Window(textKeys, 60_000, 60_000, lateTopic: false)[0];
                var keyed = new StagePlan(1, "key", new ExchangeInput(Plans.Internal, 0, [0, 1]), new RowLayout(((WindowPlan)window).Results.Columns.Take(2).ToList()), []);
                return Plans.Job(Plans.Source(textKeys, [], window, new ExchangePlan("exchange", Plans.Internal, 0, [0, 1])), keyed);
            default: return Plans.Job(Plans.Source(textKeys, [], Plans.Exchange()), next);
        }
    }

    /// <summary>What the partition of an internal topic gets from three upstream partitions that run apart.</summary>
    internal static List<Happening> Interleave(Random random, JobPlan job, bool textKeys, double late)
    {
        var setup = Plans.Setup(3, 1);
        var queues = new List<Queue<byte[]>>();
        for (var partition = 0; partition < 3; partition++)
        {
            using var upstream = new Driver(job, 0, partition, setup);
            var all = Streams.Happenings(random, Streams.Events(random, 150, late), textKeys, between: late > 0);
            for (var at = 0; at < all.Count;)
            {
                var to = Math.Min(all.Count, at + random.Next(1, 30));
                upstream.Run(all, at, to, () => random.Next(1, 20));
                upstream.Commit();
                at = to;
            }
            queues.Add(new Queue<byte[]>(upstream.Blocks[0]));
        }
        var merged = new List<Happening>();
        while (queues.RemoveAll(q => q.Count == 0) >= 0 && queues.Count > 0)
        {
            var from = queues[random.Next(queues.Count)];
            for (var run = random.Next(1, 6); run > 0 && from.TryDequeue(out var block); run--) merged.Add(new Happening(block));
            if (late > 0 && random.Next(30) == 0) merged.Add(new Happening(null, Drain: true));
        }
        merged.Add(new Happening(null, Drain: true));
        return merged;
    }

    private static void RunInPieces(Driver driver, List<Happening> all, Random random)
    {
        for (var at = 0; at < all.Count;)
        {
            var to = Math.Min(all.Count, at + random.Next(1, 60));
            if (random.Next(4) == 0)
            {
                driver.Commit();
                var (live, replayed) = driver.Recover(all, at, to, () => random.Next(1, 12));
                Assert.Equal(live, replayed);
            }
            else driver.Run(all, at, to, () => random.Next(1, 12));
            if (random.Next(2) == 0) driver.Commit();
            at = to;
        }
        driver.Commit();
    }
}
