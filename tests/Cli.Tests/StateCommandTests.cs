using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamGrains.Cli.Tests;

/// <summary>A job's state through a server that is a process, with a real broker: looked into, kept, spread over other slots; and what <c>run</c> and <c>reset</c> make of it.</summary>
public sealed class StateCommandTests : IDisposable
{
    private const int Customers = 100;

    private readonly Scratch scratch = new();
    private readonly string name = $"counting-{Guid.NewGuid().ToString("N")[..8]}";
    private int loaded;

    private string Data => Path.Combine(scratch.Root, "data");

    public void Dispose() => scratch.Dispose();

    [RealBrokerFact]
    public void State_is_looked_into_and_kept_and_begun_from()
    {
        Load(1000);
        using var server = new Served(SuiteBroker.Bootstrap, Data);
        server.Run("submit", Job()).Well();
        server.Until(s => Regex.IsMatch(s, @"\nin +1,000 .*lag +0 "), "status", name);

        var none = server.Run("savepoints", name).Well();
        var nothingLatest = server.Run("restart", name, "--from", "latest");
        var table = server.Until(s => s.Length > 0, "query", name, "--key", "7");
        var json = JsonDocument.Parse(server.Run("query", name, "--key", "7", "--output", "json").Well().Output).RootElement;
        var nothing = server.Run("query", name, "--key", "-7");
        var impossible = server.Run("query", name, "--key", "seven");
        var taken = server.Run("savepoint", name).Well().Output;
        var id = Regex.Match(taken, @"^savepoint (\S+) of job").Groups[1].Value;
        var listed = server.Run("savepoints", name).Well().Output;
        var names = Suggested($"streamgrains status --server {server.Address} {name[..^2]}");
        var savepoints = Suggested($"streamgrains restart {name} --server {server.Address} --from {id[..4]}");
        var from = server.Run("restart", name, "--from", "latest").Well().Output;
        var mistaken = server.Run("restart", name, "--from", id[..^1]);
        var restarted = server.Run("restart", name).Well().Output;
        server.Until(s => s.Contains("running", StringComparison.Ordinal), "status", name);
        var stopped = server.Run("stop", name, "--savepoint").Well().Output;
        var gone = server.Run("remove-savepoint", name, id).Well().Output;
        var twice = server.Run("remove-savepoint", name, id);
        var kept = server.Run("savepoint", name, "--keep", "1").Well().Output;
        var left = JsonDocument.Parse(server.Run("savepoints", name, "--output", "json").Well().Output).RootElement;
        var rests = server.Run("query", name, "--key", "7");

        Assert.Contains("has no savepoints; `streamgrains savepoint", none.Errors, StringComparison.Ordinal);
        Assert.Equal((1, ""), (nothingLatest.ExitCode, nothingLatest.Output));
        Assert.Contains("has no savepoint; ", nothingLatest.Errors, StringComparison.Ordinal);
        Assert.StartsWith("STEP", table, StringComparison.Ordinal);
        Assert.Matches(@"\nrolling-\d+ .* - +n +10\n", table);
        Assert.Equal(10, json.GetProperty("states")[0].GetProperty("values").GetProperty("n").GetInt32());
        Assert.Equal((1, ""), (nothing.ExitCode, nothing.Output));
        Assert.Contains($"job '{name}' keeps nothing for key '-7'", nothing.Errors, StringComparison.Ordinal);
        Assert.Equal(1, impossible.ExitCode);
        Assert.Contains("seven", impossible.Errors, StringComparison.Ordinal);
        Assert.Matches($@"\n{Regex.Escape(id)} +\d{{4}}-.* +1 +\S+ k?B", listed);
        Assert.Equal($"{name}\n", names);
        Assert.Equal($"{id}\n", savepoints);
        Assert.Contains($"begins from savepoint {id} and is ", from, StringComparison.Ordinal);
        Assert.Contains("is written again", from, StringComparison.Ordinal);
        Assert.Contains($"did you mean '{id}'?", mistaken.Errors, StringComparison.Ordinal);
        Assert.Matches($"job '{name}' is (starting|running)", restarted);
        Assert.Matches($@"^job '{name}' is stopped\nsavepoint \S+ of job '{name}' is taken", stopped);
        Assert.Equal($"savepoint {id} of job '{name}' is removed\n", gone);
        Assert.Equal((1, ""), (twice.ExitCode, twice.Output));
        Assert.Matches($@"^savepoint \S+ of job '{name}' is taken: .*\nsavepoint \S+ of job '{name}' is removed\n", kept);
        Assert.Equal(1, left.GetArrayLength());
        Assert.Equal(1, rests.ExitCode);
        Assert.Contains("is stopped", rests.Errors, StringComparison.Ordinal);
    }

    [RealBrokerTheory]
    [InlineData("--data-dir")]
    [InlineData("--storage kafka:")]
    public void A_run_goes_on_in_the_latest_generation_and_a_reset_forgets_all_of_them(string where)
    {
        string[] storage = where == "--data-dir" ? [] : where.Split(' ');
        Load(1000);
        using (var server = new Served(SuiteBroker.Bootstrap, Data, storage))
        {
            server.Run("submit", Job()).Well();
            server.Until(s => Regex.IsMatch(s, @"\nin +1,000 .*lag +0 "), "status", name);
            Assert.Contains($"job '{name}' has 1 slot and is ", server.Run("scale", name, "1").Well().Output, StringComparison.Ordinal);
            server.Until(s => s.Contains("1/1", StringComparison.Ordinal), "jobs");
            Assert.Equal(0, server.Stop().ExitCode);
        }
        Load(500);

        var topics = Here("topics", storage).Well().Output;
        var explained = Here("explain").Well().Output;
        var went = Here("run", [.. storage, "--until-end"]).Well().Output;
        var counts = Counts();
        var reset = Here("reset", [.. storage, "--yes"]).Well().Output;
        var left = Here("topics", storage).Output;
        var anew = Here("run", [.. storage, "--until-end"]).Well().Output;
        var all = Here("reset", [.. storage, "--yes", "--savepoints"]).Well().Output;
        var none = Here("reset", [.. storage, "--yes"]).Well().Output;

        Assert.Matches($@"is there +{name}\.journal\.2 +1 partition ", topics);
        Assert.Contains($"{name}.journal.2 (1 partition)", explained, StringComparison.Ordinal);
        Assert.Contains($"job '{name}': 500 records in", went, StringComparison.Ordinal);
        Assert.Equal(Customers, counts.Count);
        Assert.All(counts, c => Assert.Equal(Enumerable.Range(1, 1500 / Customers), c));
        Assert.Contains($"{name}.journal, {name}.journal.2", reset, StringComparison.Ordinal);
        Assert.Matches("(?m)^Keeps savepoints: 1 in .*; --savepoints removes them, too$", reset);
        Assert.Matches($@"missing +{name}\.journal ", left);
        Assert.Contains($"job '{name}': 1,500 records in", anew, StringComparison.Ordinal);
        Assert.Matches("(?m)^  savepoints 1 in ", all);
        Assert.DoesNotContain("savepoints", none, StringComparison.Ordinal);
    }

    [RealBrokerFact]
    public void A_changed_spec_says_what_becomes_of_each_step_and_drops_none_unless_it_is_told_to()
    {
        Load(1000);
        using var server = new Served(SuiteBroker.Bootstrap, Data);
        server.Run("submit", Job()).Well();
        server.Until(s => Regex.IsMatch(s, @"\nin +1,000 .*lag +0 "), "status", name);

        var added = server.Run("submit", Job("{ n: count() over 1h }\n  - rolling: { more: count() over 2h }")).Well().Output;
        var refused = server.Run("submit", Job("{ more: count() over 2h }"));
        var trialRefused = server.Run("submit", Job("{ more: count() over 2h }"), "--dry-run");
        var trial = server.Run("submit", Job("{ more: count() over 2h }"), "--dry-run", "--allow-state-loss").Well().Output;
        var untouched = server.Run("revisions", name, "--output", "json").Well().Output;
        var dropped = server.Run("submit", Job("{ more: count() over 2h }"), "--allow-state-loss").Well().Output;

        var revisions = server.Run("revisions", name).Well().Output;
        var spec = server.Run("spec", name, "--revision", "1").Well().Output;
        var diff = server.Run("spec", name, "--diff", "--from", "1", "--revision", "2").Well().Output;
        var json = server.Run("spec", name, "--diff", "--output", "json");

        Assert.Matches(@"^REVISION +SUBMITTED +HASH\n +1 .*\n +2 .*\n +3 ", revisions);
        Assert.Equal(File.ReadAllText(Job()).TrimEnd() + "\n", spec);
        Assert.Matches(@"^--- revision 1 of .*\n\+\+\+ revision 2 of .*\n@@ -\d+,\d+ \+\d+,\d+ @@\n(?s:.*)\n\+  - rolling: \{ more: count\(\) over 2h \}\n", diff);
        Assert.Equal(64, json.ExitCode);
        Assert.Contains($"job '{name}' goes on with the new spec: revision 2\n", added, StringComparison.Ordinal);
        Assert.Contains("\n  rolling-1 (n): carried over\n  rolling-2 (more): starts empty, complete after 2h of event time\n", added, StringComparison.Ordinal);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("rolling-1 (n) of the revision before: dropped", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("--allow-state-loss", refused.Errors, StringComparison.Ordinal);
        Assert.Equal((1, refused.Errors), (trialRefused.ExitCode, trialRefused.Errors));
        Assert.Equal(dropped, trial.Replace("would go on", "goes on", StringComparison.Ordinal));
        Assert.Equal(2, JsonDocument.Parse(untouched).RootElement.GetArrayLength());
        Assert.Contains("\n  rolling-1 (more): carried over, it was rolling-2\n  rolling-1 (n) of the revision before: dropped\n", dropped, StringComparison.Ordinal);
    }

    private static string Suggested(string line) => Tool.Run($"[suggest:{line.Length}]", line).Well().Output;

    /// <summary>Payments of so many customers by turns, a second apart.</summary>
    private void Load(int count)
    {
        var rows = new StringBuilder("id,ts\n");
        for (var i = loaded; i < loaded + count; i++) rows.AppendLine(CultureInfo.InvariantCulture, $"{i % Customers},{1_522_540_800_000 + i * 1000L}");
        loaded += count;
        Tool.Run("produce", scratch.Write("rows.csv", rows.ToString()), "--bootstrap", SuiteBroker.Bootstrap, "--topic", $"{name}-in", "--key", "id", "--partitions", "2").Well();
    }

    private Tool.Result Here(string command, params string[] more) => Tool.Run(
        [command, Job(), "--bootstrap", SuiteBroker.Bootstrap, .. command is "topics" or "explain" ? Array.Empty<string>() : ["--data-dir", Data], .. more]);

    /// <summary>What each customer was counted to, in order.</summary>
    private List<IGrouping<int, int>> Counts() =>
    [
        .. TestTopics.ReadCommitted(SuiteBroker.Bootstrap, $"{name}-out")
            .Select(r => JsonDocument.Parse(r.Message.Value).RootElement).GroupBy(r => r.GetProperty("id").GetInt32(), r => r.GetProperty("n").GetInt32()),
    ];

    private string Job(string rolling = "{ n: count() over 1h }") => scratch.Write("job.yaml", $$"""
        job: {{name}}
        sources:
          events:
            topic: {{name}}-in
            key: id
            fields: { id: long, ts: timestamp_ms }
            event_time: ts
        steps:
          - from: events
          - rolling: {{rolling}}
          - to: { topic: {{name}}-out, key: id }
        """);
}
