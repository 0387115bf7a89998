using System.Globalization;

namespace StreamGrains.Cli.Tests;

public sealed class RunTests(EmbeddedBrokerFixture broker) : IClassFixture<EmbeddedBrokerFixture>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Until_the_end_everything_in_the_source_is_processed_once_and_summed_up()
    {
        Load("events", 1000);

        var result = Run("--until-end", "--set", "job=whole").Well();

        Assert.Contains("job 'whole': 1,000 records in, 500 out", result.Output, StringComparison.Ordinal);
        Assert.Contains("10 keys", result.Output, StringComparison.Ordinal);
        Assert.Contains("bytes a key", result.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(500, 500), broker.Read("big").Select(r => Amount(r.Value)).Order());
    }

    [Fact]
    public void Ctrl_C_is_a_clean_stop_that_commits_what_is_in_flight()
    {
        Load("endless", 1000);
        using var tool = Tool.Start(Arguments("--set", "job=endless-job", "--set", "sources.events.topic=endless", "--set", "steps.to.topic=big-endless"));
        tool.WaitFor("in 1,000");

        tool.Interrupt();
        var result = tool.Wait().Well();

        Assert.Contains("job 'endless-job': 1,000 records in, 500 out", result.Output, StringComparison.Ordinal);
        Assert.Equal(500, broker.Read("big-endless").Count);
    }

    [Fact]
    public void Stopped_before_Kafka_has_answered_it_ends_as_cleanly()
    {
        using var tool = Tool.Start([.. Arguments().Select(a => a == broker.Bootstrap ? "127.0.0.1:1" : a)]);
        tool.WaitForMessage("waiting for Kafka at 127.0.0.1:1");

        tool.Interrupt();

        Assert.Equal(0, tool.Wait().ExitCode);
    }

    [Fact]
    public void A_source_that_does_not_exist_is_refused_with_the_name_that_was_meant()
    {
        broker.Create("transfers");

        var result = Run("--set", "sources.events.topic=tranfers");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the source topic 'tranfers' of job 'amounts' does not exist. Did you mean 'transfers'?", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_the_guarantees_rest_on_is_refused()
    {
        var result = Run("--kafka", "isolation.level=read_uncommitted");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("'isolation.level' is set by the engine", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Storage_that_cannot_be_used_is_told_before_the_job_starts()
    {
        Load("unstored", 10);

        var result = Run("--set", "job=unstored-job", "--set", "sources.events.topic=unstored", "--storage", "azure://snapshots/jobs");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("storage azure://snapshots/jobs: the environment names no account", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_whose_snapshots_are_in_a_directory_are_told_that_all_must_reach_it()
    {
        Load("shared", 10);
        using var tool = Tool.Start(Arguments("--set", "job=shared-job", "--set", "sources.events.topic=shared", "--members"));

        tool.WaitForMessage($"snapshots are in the directory {Path.Combine(scratch.Root, "data")}: all members must reach it");

        tool.Interrupt();
        tool.Wait().Well();
    }

    [Fact]
    public void Snapshots_go_to_the_storage_and_the_lock_stays_in_the_data_directory()
    {
        Load("stored", 1000);
        var snapshots = Path.Combine(scratch.Root, "snapshots");

        Run("--set", "job=stored-job", "--set", "sources.events.topic=stored", "--set", "snapshot.records=1", "--until-end", "--storage", $"file://{snapshots}").Well();

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(snapshots, "stored-job"), "*", SearchOption.AllDirectories));
        Assert.Equal([Path.Combine(scratch.Root, "data", "stored-job.lock")], Directory.GetFiles(Path.Combine(scratch.Root, "data"), "*", SearchOption.AllDirectories));
    }

    private static int Amount(string json) => int.Parse(json.Split("\"amount\":")[1].Split(',', '}')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private void Load(string topic, int count)
    {
        var rows = Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i % 10},\"ts\":{1522540831000 + i},\"amount\":{i}}}\n"));
        Tool.Run("produce", scratch.Write("rows.jsonl", string.Concat(rows)), "--bootstrap", broker.Bootstrap, "--topic", topic, "--key", "id").Well();
    }

    private Tool.Result Run(params string[] more)
    {
        using var tool = Tool.Start(Arguments(more));
        return tool.Wait();
    }

    private string[] Arguments(params string[] more)
    {
        var job = scratch.Write("job.yaml", """
            job: amounts
            sources:
              events:
                topic: events
                key: id
                fields: { id: long, ts: timestamp_ms, amount: double }
                event_time: ts
            steps:
              - from: events
              - rolling: { n: count() over 1h }
              - to: { topic: big, when: amount >= 500, key: id }
            """);
        return ["run", job, "--bootstrap", broker.Bootstrap, "--data-dir", Path.Combine(scratch.Root, "data"), .. more];
    }
}
