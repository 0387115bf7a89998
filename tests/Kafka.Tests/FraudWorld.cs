using System.Text.Json;

namespace StreamGrains.Kafka.Tests;

/// <summary>The sample fraud job with topics of its own on the broker.</summary>
internal sealed class FraudWorld : IDisposable
{
    public static readonly string[] Features =
    [
        "amount", "weekend", "night",
        "customer_count_1d", "customer_avg_1d", "customer_count_7d", "customer_avg_7d", "customer_count_30d", "customer_avg_30d",
        "terminal_count_1d", "terminal_risk_1d", "terminal_count_7d", "terminal_risk_7d", "terminal_count_30d", "terminal_risk_30d",
    ];

    private static readonly string Samples = Path.Combine(Repository.Root, "samples/fraud");
    private readonly string bootstrap;
    private readonly string suffix = Guid.NewGuid().ToString("N")[..8];

    public FraudWorld(string bootstrap, int partitions)
    {
        this.bootstrap = bootstrap;
        TestTopics.Create(bootstrap, Source, partitions);
    }

    public string Source => $"transactions-{suffix}";

    public string DeadLetters => $"card-fraud-{suffix}.dead-letters";

    public void Load(IEnumerable<(string? Key, byte[]? Value, long Time)> records) => TestTopics.Produce(bootstrap, Source, records);

    /// <summary>A sample job over this world's topics.</summary>
    public TestJob Job(string overrides = "commit.every=100ms", string sample = "job.yaml") => new(bootstrap, Spec(sample), Samples, overrides.Split(' '));

    /// <summary>The fraud job as a file, for the command.</summary>
    public SpecFile SpecFile() => new(Spec("job.yaml").Replace("models/", $"{Samples}/models/", StringComparison.Ordinal));

    private string Spec(string sample)
    {
        var spec = File.ReadAllText(Path.Combine(Samples, sample));
        foreach (var name in new[] { "job: card-fraud", "job: hourly-spending", "topic: transactions", "topic: scored", "topic: alerts", "topic: hourly" })
            spec = spec.Replace($"{name}\n", $"{name}-{suffix}\n", StringComparison.Ordinal).Replace($"{name},", $"{name}-{suffix},", StringComparison.Ordinal);
        return spec;
    }

    /// <summary>Features and score of every scored transaction; a transaction that is there twice fails the test.</summary>
    public Dictionary<long, double[]> ReadScored()
    {
        var scored = new Dictionary<long, double[]>();
        foreach (var record in TestTopics.ReadCommitted(bootstrap, $"scored-{suffix}"))
        {
            using var json = JsonDocument.Parse(record.Message.Value);
            var values = Features.Append("score").Select(f => json.RootElement.GetProperty(f)).Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : v.GetBoolean() ? 1 : 0);
            Assert.True(scored.TryAdd(json.RootElement.GetProperty("tx_id").GetInt64(), [.. values]), "a transaction is there twice");
        }
        return scored;
    }

    /// <summary>Where features or scores are not what is known of them.</summary>
    public static IEnumerable<string> Differences(Dictionary<long, double[]> scored, Dictionary<long, double[]> features, Dictionary<long, double> scores)
    {
        foreach (var (id, expected) in features)
        {
            var actual = scored[id];
            for (var f = 0; f < Features.Length; f++)
            {
                // Counts are whole and must be equal; means and rates within 1e-6 relative.
                var allowed = Features[f].Contains("count", StringComparison.Ordinal) ? 0 : 1e-6 * Math.Max(1e-3, Math.Abs(expected[f]));
                if (Math.Abs(actual[f] - expected[f]) > allowed) yield return $"transaction {id}: {Features[f]} is {actual[f]}, not {expected[f]}";
            }
        }
        foreach (var (id, expected) in scores)
            if (Math.Abs(scored[id][^1] - expected) > 1e-5) yield return $"transaction {id}: the score is {scored[id][^1]}, not {expected}";
    }

    public IEnumerable<JsonElement> ReadHourly() =>
        TestTopics.ReadCommitted(bootstrap, $"hourly-{suffix}").Select(r => JsonSerializer.Deserialize<JsonElement>(r.Message.Value));

    public void Dispose() => TestTopics.Delete(bootstrap, suffix);
}

/// <summary>A spec and a data directory on disk, gone at the end.</summary>
internal sealed class SpecFile : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("streamgrains-test-").FullName;

    public SpecFile(string spec) => File.WriteAllText(Path, spec);

    public string Path => System.IO.Path.Combine(directory, "job.yaml");

    public string DataDirectory => System.IO.Path.Combine(directory, "data");

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
