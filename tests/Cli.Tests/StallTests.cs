
namespace StreamGrains.Cli.Tests;

/// <summary>What one sees of jobs whose broker is gone.</summary>
public sealed class StallTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [RealBrokerFact]
    public void A_job_whose_broker_is_dead_is_stalled_with_a_reason_in_status_health_and_metrics_and_its_lag_is_not_known()
    {
        if (Environment.GetEnvironmentVariable("STREAMGRAINS_KAFKA") is { Length: > 0 }) return;
        using var broker = new TestBroker();
        var rows = scratch.Write("rows.csv", "id,ts\n1,1522540831000\n2,1522540831001\n");
        string[] load = ["produce", rows, "--bootstrap", broker.Bootstrap, "--topic", "events", "--key", "id", "--partitions", "1"];
        Tool.Run(load).Well();
        var job = scratch.Write("job.yaml", """
            job: counting
            sources: { events: { topic: events, key: id, fields: { id: long, ts: timestamp_ms }, event_time: ts } }
            steps:
              - from: events
              - rolling: { n: count() over 1h }
              - to: { topic: counts, key: id }
            """);
        using var server = new Served(broker.Bootstrap, Path.Combine(scratch.Root, "data"));
        server.Run("submit", job).Well();
        server.Until(text => text.Contains("\"rowsIn\":2", StringComparison.Ordinal) && text.Contains("\"lag\":0", StringComparison.Ordinal), "status", "counting", "--output", "json");
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        Assert.Equal("Healthy", http.GetStringAsync("health/ready").Result);

        broker.Kill();

        var status = server.Until(text => text.Contains("\"phase\":\"stalled\"", StringComparison.Ordinal), "status", "counting", "--output", "json");
        Assert.DoesNotContain("\"lag\":0", status, StringComparison.Ordinal);
        Assert.Contains("\"stalled\":{", status, StringComparison.Ordinal);
        Assert.Matches("stalled +1 +0/1 +slot 0 is stalled since", server.Run("jobs").Output);
        Assert.Equal("Degraded", http.GetStringAsync("health/ready").Result);
        var metrics = http.GetStringAsync("metrics").Result;
        Assert.Matches("""streamgrains_slots\{[^}]*phase="stalled"[^}]*\} 1""", metrics);
        Assert.Matches("""streamgrains_commit_age_seconds\{[^}]*slot="0"[^}]*\} \d""", metrics);
        Assert.DoesNotContain("streamgrains_lag_records{", metrics, StringComparison.Ordinal);
    }
}
