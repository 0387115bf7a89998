using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>The sample jobs over all of the shared transactions, against the answers that are known.</summary>
[Collection(MuchInputCollection.Name)]
public sealed class FraudJobTests(TestBroker broker)
{
    /// <summary>STREAMGRAINS_MODELS names further models of ../shared/models/fraud to run all transactions through, separated by commas.</summary>
    public static TheoryData<string, int, int, string> Runs()
    {
        var runs = new TheoryData<string, int, int, string> { { "xgboost_100", 4, 2, "commit.every=100ms" }, { "isolation_forest", 8, 1, "commit.every=1s" } };
        foreach (var model in (Environment.GetEnvironmentVariable("STREAMGRAINS_MODELS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            runs.Add(model, 4, 2, "commit.every=100ms");
        return runs;
    }

    [SharedDataTheory(Transactions.File)]
    [MemberData(nameof(Runs))]
    public void Every_transaction_is_scored_once_with_the_known_features(string model, int partitions, int lanes, string settings)
    {
        using var world = new FraudWorld(broker.Bootstrap, partitions);
        world.Load(Transactions.Records());
        using var job = world.Job($"{settings} steps.score.model={Repository.Shared($"models/fraud/{model}.onnx")}");

        job.RunToEnd(lanes);

        var scored = world.ReadScored();
        Assert.Equal(Transactions.Count, scored.Count);
        Assert.Empty(FraudWorld.Differences(scored, Transactions.Golden(), Transactions.Scores(model)));
    }

    [SharedDataFact(Transactions.File)]
    public void Every_hourly_window_comes_once_with_its_count_and_sum()
    {
        const int Rows = Transactions.Count;
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(Transactions.Records(Rows));
        using var job = world.Job(sample: "hourly.yaml");

        job.RunToEnd();

        var actual = world.ReadHourly().Select(w =>
            (w.GetProperty("customer_id").GetInt64(), w.GetProperty("window_start").GetInt64(), w.GetProperty("transactions").GetInt64(), Math.Round(w.GetProperty("spent").GetDouble(), 6)));
        var expected = Transactions.Rows(Rows).GroupBy(r => (r.Customer, Hour: r.Time - r.Time % 3_600_000))
            .Select(g => (g.Key.Customer, g.Key.Hour, (long)g.Count(), Math.Round(g.Sum(r => r.Amount), 6)));
        Assert.Equal(expected.Order(), actual.Order());
    }

    [SharedDataFact(Transactions.File)]
    public void Malformed_records_become_dead_letters_with_their_reasons_and_change_nothing_else()
    {
        const int Rows = 100_000;
        var bad = BadRecords.All;
        var good = Transactions.Records(Rows).ToList();
        using var clean = new FraudWorld(broker.Bootstrap, 4);
        clean.Load(good);
        using (var job = clean.Job()) job.RunToEnd();
        using var mixed = new FraudWorld(broker.Bootstrap, 4);
        mixed.Load(good.SelectMany((r, i) => i % 100 == 0 ? [(r.Key, bad[i / 100 % bad.Count].Value, r.Time), r] : new[] { r }));

        using (var job = mixed.Job()) job.RunToEnd();

        Assert.Equal(clean.ReadScored(), mixed.ReadScored());
        var letters = TestTopics.ReadCommitted(broker.Bootstrap, mixed.DeadLetters)
            .Select(r => (Value: r.Message.Value is null ? "null" : Encoding.Latin1.GetString(r.Message.Value), Reason: TestTopics.Header(r, "__streams.errors.reason")));
        var expected = Enumerable.Range(0, Rows / 100).Select(i => bad[i % bad.Count]).Select(b => (b.Value is null ? "null" : Encoding.Latin1.GetString(b.Value), b.Reason));
        Assert.Equal(expected.Order(), letters.Order());
    }
}
