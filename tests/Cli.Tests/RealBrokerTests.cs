using System.Globalization;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Tests;

/// <summary>What the embedded broker cannot do: create and delete topics, keep a transaction's offsets.</summary>
public sealed class RealBrokerTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string name = $"job-{Guid.NewGuid():N}";

    public void Dispose() => scratch.Dispose();

    [RealBrokerFact]
    public void Topics_lists_what_is_missing_and_makes_it_when_asked()
    {
        Load(10, "--partitions", "3");

        var missing = Command("topics");
        var made = Command("topics", "--create").Well();
        var there = Command("topics").Well();

        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("3 topics missing", missing.Errors, StringComparison.Ordinal);
        Assert.Matches($@"created +{name}\.journal +3 partitions +internal", made.Output);
        Assert.Matches($@"is there +{name}-out +3 partitions +output", there.Output);
    }

    [RealBrokerFact]
    public void A_second_run_goes_on_where_the_first_ended()
    {
        Load(1000);
        Run("--until-end").Well();
        Load(10);

        var result = Run("--until-end").Well();

        Assert.Contains($"job '{name}': 10 records in", result.Output, StringComparison.Ordinal);
        Assert.Equal(1010, Outputs());
    }

    [RealBrokerFact]
    public void After_a_reset_the_job_starts_from_the_beginning()
    {
        Load(100);
        Run("--until-end").Well();

        var unasked = Reset();
        var reset = Reset("--yes").Well();
        var again = Run("--until-end").Well();

        Assert.Equal(64, unasked.ExitCode);
        Assert.Contains($"{name}.journal", reset.Output, StringComparison.Ordinal);
        Assert.Contains($"job '{name}': 100 records in", again.Output, StringComparison.Ordinal);
        Assert.Equal(200, Outputs());
    }

    [RealBrokerFact]
    public void Snapshots_in_Kafka_are_in_a_topic_of_the_job_which_a_reset_removes()
    {
        Load(100);

        var missing = Command("topics", "--storage", "kafka:");
        Run("--until-end", "--storage", "kafka:").Well();
        var there = Command("topics", "--storage", "kafka:").Well();
        var reset = Reset("--yes", "--storage", "kafka:").Well();
        var again = Run("--until-end", "--storage", "kafka:").Well();

        Assert.Matches($@"missing +{name}\.snapshots +2 partitions", missing.Output);
        Assert.Matches($@"is there +{name}\.snapshots +2 partitions", there.Output);
        Assert.Contains($"{name}.snapshots", reset.Output, StringComparison.Ordinal);
        Assert.Contains($"job '{name}': 100 records in", again.Output, StringComparison.Ordinal);
    }

    [RealBrokerFact]
    public void A_job_that_runs_is_not_reset_and_the_newer_of_two_runs_wins()
    {
        Load(100);
        using var first = Tool.Start(RunArguments());
        first.WaitFor("in 100");

        var refused = Reset("--yes");
        using var second = Tool.Start(RunArguments());
        second.WaitFor(" s  in ");
        Load(100);
        var fenced = first.Wait();
        second.Interrupt();
        second.Wait().Well();

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("runs on this machine", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(3, fenced.ExitCode);
        Run("--until-end").Well();
        Assert.Equal(200, Outputs());
    }

    [RealBrokerFact]
    public void A_job_at_work_elsewhere_is_not_reset()
    {
        Load(10);
        var trickle = scratch.Write("trickle.csv", "id,ts\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"1,{1522540832000 + i}\n"))));
        using var run = Tool.Start(RunArguments());
        run.WaitFor("in 10");
        using var load = Tool.Start("produce", trickle, "--bootstrap", SuiteBroker.Bootstrap, "--topic", $"{name}-in", "--key", "id", "--rate", "100");

        var refused = Command("reset", "--data-dir", Path.Combine(scratch.Root, "elsewhere"), "--yes");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("its journal grows", refused.Errors, StringComparison.Ordinal);
        run.Interrupt();
        run.Wait().Well();
    }

    [RealBrokerFact]
    public void A_job_writes_nothing_that_another_job_of_the_cluster_owns()
    {
        Load(10);
        Run("--until-end").Well();
        var thief = scratch.Write("thief.yaml", File.ReadAllText(Job()).Replace($"job: {name}", $"job: {name}-thief", StringComparison.Ordinal).Replace($"{name}-out", $"{name}.dead-letters", StringComparison.Ordinal));

        foreach (var command in new[] { "run", "topics" })
        {
            var refused = Tool.Run([command, thief, "--bootstrap", SuiteBroker.Bootstrap]);

            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"would write to '{name}.dead-letters', which is job '{name}'s own", refused.Errors, StringComparison.Ordinal);
        }
    }

    [RealBrokerFact]
    public void A_job_at_work_on_another_server_is_refused_and_noted_once_it_rests()
    {
        Load(10);
        var trickle = scratch.Write("trickle.csv", "id,ts\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => string.Create(CultureInfo.InvariantCulture, $"1,{1522540832000 + i}\n"))));
        using var run = Tool.Start(RunArguments());
        run.WaitFor("in 10");
        using var server = new Served(SuiteBroker.Bootstrap, Path.Combine(scratch.Root, "server"));
        using (Tool.Start("produce", trickle, "--bootstrap", SuiteBroker.Bootstrap, "--topic", $"{name}-in", "--key", "id", "--rate", "100"))
        {
            var refused = server.Run("submit", Job());

            Assert.Equal(1, refused.ExitCode);
            Assert.Contains($"somebody else runs job '{name}' on this cluster: its journal '{name}.journal' grows", refused.Errors, StringComparison.Ordinal);
        }
        run.Interrupt();
        run.Wait().Well();
        var taken = server.Run("submit", Job()).Well();
        Assert.Contains("this server has no record of that: it goes on from there", taken.Output + taken.Errors, StringComparison.Ordinal);
        server.Until(text => text.Contains("running", StringComparison.Ordinal), "status", name);
    }

    [RealBrokerFact]
    public void The_demo_leaves_nothing_behind_on_a_broker()
    {
        var result = Tool.Run("demo", "--bootstrap", SuiteBroker.Bootstrap, "--events", "5000").Well();

        using var admin = new KafkaAdmin(new KafkaSettings(SuiteBroker.Bootstrap));
        Assert.Contains("5,000 payments scored in", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(admin.Topics(TimeSpan.FromSeconds(20)).Keys, topic => topic.Contains("demo", StringComparison.Ordinal));
    }

    private int Outputs() => TestTopics.ReadCommitted(SuiteBroker.Bootstrap, $"{name}-out").Count();

    private void Load(int count, params string[] more)
    {
        var rows = Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 10},{1522540831000 + i}\n"));
        Tool.Run(["produce", scratch.Write("rows.csv", "id,ts\n" + string.Concat(rows)), "--bootstrap", SuiteBroker.Bootstrap, "--topic", $"{name}-in", "--key", "id", .. more]).Well();
    }

    private Tool.Result Run(params string[] more)
    {
        using var tool = Tool.Start(RunArguments(more));
        return tool.Wait();
    }

    private Tool.Result Reset(params string[] more) => Command("reset", ["--data-dir", Data, .. more]);

    private Tool.Result Command(string command, params string[] more) => Tool.Run([command, Job(), "--bootstrap", SuiteBroker.Bootstrap, .. more]);

    private string[] RunArguments(params string[] more) => ["run", Job(), "--bootstrap", SuiteBroker.Bootstrap, "--data-dir", Data, .. more];

    private string Data => Path.Combine(scratch.Root, "data");

    private string Job() => scratch.Write("job.yaml", $$"""
        job: {{name}}
        sources:
          events:
            topic: {{name}}-in
            key: id
            fields: { id: long, ts: timestamp_ms }
            event_time: ts
        steps:
          - from: events
          - rolling: { n: count() over 1h }
          - to: { topic: {{name}}-out, key: id }
        """);
}
