using System.Globalization;
using System.Text.Json;

namespace StreamGrains.Kafka.Tests;

[Collection(BrokerCollection.Name)]
public sealed class FraudJobTests(TestBroker broker)
{
    private static readonly string[] Features =
    [
        "amount", "weekend", "night",
        "customer_count_1d", "customer_avg_1d", "customer_count_7d", "customer_avg_7d", "customer_count_30d", "customer_avg_30d",
        "terminal_count_1d", "terminal_risk_1d", "terminal_count_7d", "terminal_risk_7d", "terminal_count_30d", "terminal_risk_30d",
    ];

    [Fact]
    public void Every_transaction_is_scored_once_with_the_known_features()
    {
        if (Repository.Shared(Transactions.File) is null) return;
        var topic = $"transactions-{Guid.NewGuid():N}"[..24];
        TestTopics.Create(broker.Bootstrap, topic, 4);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        TestTopics.Produce(broker.Bootstrap, topic, Transactions.Records());
        Console.WriteLine($"loaded in {clock.Elapsed}");
        clock.Restart();
        var samples = Path.Combine(Repository.Root, "samples/fraud");
        using var job = new TestJob(broker.Bootstrap, File.ReadAllText(Path.Combine(samples, "job.yaml")), samples, $"sources.transactions.topic={topic}", "steps.score.output.score=probabilities[1]");
        var run = job.RunToEnd();
        Console.WriteLine($"ran in {clock.Elapsed}");
        foreach (var s in run.Status) Console.WriteLine(s + " " + s.Counts);
        Check(ReadScored(), Golden());
    }

    private static void Check(Dictionary<long, double[]> scored, Dictionary<long, double[]> golden)
    {
        Assert.Equal(Transactions.Count, scored.Count);
        var wrong = 0;
        foreach (var (id, expected) in golden)
        {
            var actual = scored[id];
            for (var f = 0; f < Features.Length; f++)
            {
                if (Math.Abs(actual[f] - expected[f]) <= 1e-6 * Math.Max(1, Math.Abs(expected[f]))) continue;
                if (wrong++ < 5) Console.WriteLine($"tx {id}: {Features[f]} is {actual[f]}, expected {expected[f]}");
            }
        }
        Assert.Equal(0, wrong);
    }

    private Dictionary<long, double[]> ReadScored()
    {
        var scored = new Dictionary<long, double[]>();
        foreach (var record in TestTopics.ReadCommitted(broker.Bootstrap, "scored"))
        {
            using var json = JsonDocument.Parse(record.Message.Value);
            var row = Features.Append("score").Select(f => json.RootElement.GetProperty(f)).Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : v.GetBoolean() ? 1 : 0);
            Assert.True(scored.TryAdd(json.RootElement.GetProperty("tx_id").GetInt64(), [.. row]), "twice");
        }
        return scored;
    }

    private static Dictionary<long, double[]> Golden()
    {
        var golden = new Dictionary<long, double[]>();
        foreach (var row in Transactions.Lines(Transactions.FeatureFile).Skip(1))
        {
            var f = row.Split(',');
            golden.Add(long.Parse(f[0], CultureInfo.InvariantCulture), [.. f.Skip(7).Select(v => double.Parse(v, CultureInfo.InvariantCulture))]);
        }
        return golden;
    }
}
