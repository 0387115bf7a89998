using System.Net;

namespace StreamGrains.Cli.Tests;

/// <summary>A server whose disk is full: one of four megabytes, of its own.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string NoSpace = "no space is left where the server keeps jobs and models: make room there, and ask again";

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [SmallDiskFact]
    public async Task Results_go_on_what_needs_room_is_refused_with_the_reason_and_all_is_well_once_there_is_some()
    {
        var data = Directory.CreateDirectory(Path.Combine(scratch.Root, "data")).FullName;
        using var server = Served.OnSmallDisk(4, SuiteBroker.Bootstrap, data);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        Load(1);
        server.Run("submit", scratch.Write("job.yaml", Spec("counting"))).Well();
        server.Until(status => status.Contains("\"rowsOut\":2", StringComparison.Ordinal), "status", "counting", "--output", "json");

        var ballast = server.PathOf(Path.Combine(data, "ballast"));
        Fill(ballast);
        Load(3);
        var status = server.Until(text => text.Contains("\"rowsOut\":4", StringComparison.Ordinal) && text.Contains("\"snapshotOverdue\":{", StringComparison.Ordinal), "status", "counting", "--output", "json");
        var submitted = server.Run("submit", scratch.Write("next.yaml", Spec("next")));
        using var uploaded = await http.PostAsync("api/v1/models", new ByteArrayContent(new byte[100_000]) { Headers = { { "Content-Type", "application/octet-stream" } } });
        var metrics = await http.GetStringAsync("metrics");
        var stopped = server.Run("stop", "counting", "--output", "json").Well().Output;

        Assert.Contains("No space left on device", status, StringComparison.Ordinal);
        Assert.Contains(NoSpace, submitted.Errors, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, uploaded.StatusCode);
        Assert.Contains(NoSpace, await uploaded.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Matches("""streamgrains_snapshot_failures_total\{[^}]*reason="NoSpace"[^}]*\} [1-9]""", metrics);
        Assert.Contains("\"phase\":\"stopped\"", stopped, StringComparison.Ordinal);
        Assert.Contains("no space is left on its disk", stopped, StringComparison.Ordinal);

        File.Delete(ballast);
        Assert.DoesNotContain("no space", server.Run("stop", "counting", "--output", "json").Well().Output, StringComparison.Ordinal);
        server.Run("start", "counting").Well();
        Load(5);
        server.Until(text => text.Contains("\"rowsOut\":6", StringComparison.Ordinal) && text.Contains("\"lastSnapshot\"", StringComparison.Ordinal), "status", "counting", "--output", "json");
        Assert.Equal(0, server.Stop().ExitCode);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = new byte[512]; ;) file.Write(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private void Load(int from)
    {
        var rows = scratch.Write("rows.csv", $"id,ts\n{from},152254083100{from}\n{from + 1},152254083100{from + 1}\n");
        Tool.Run("produce", rows, "--bootstrap", SuiteBroker.Bootstrap, "--topic", "disk-events", "--key", "id", "--partitions", "1").Well();
    }

    private static string Spec(string job) => $$"""
        job: {{job}}
        sources: { events: { topic: disk-events, key: id, fields: { id: long, ts: timestamp_ms }, event_time: ts } }
        snapshot: { every: 1s }
        steps:
          - from: events
          - rolling: { n: count() over 1h }
          - to: { topic: disk-counts-{{job}}, key: id }
        """;
}
