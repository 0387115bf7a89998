namespace StreamGrains.Cli.Tests;

/// <summary>What is drawn on a terminal; elsewhere the same commands print plain lines.</summary>
public sealed class TerminalTests(EmbeddedBrokerFixture broker) : IClassFixture<EmbeddedBrokerFixture>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [TerminalFact]
    public void The_demo_is_a_page_that_redraws_within_its_lines()
    {
        var output = Tool.RunOnTerminal("demo", "--events", "40000").Well().Output;

        Assert.Contains("the job", output, StringComparison.Ordinal);
        Assert.Contains("against the truth", output, StringComparison.Ordinal);
        Assert.Contains("latency p50 / p99", output, StringComparison.Ordinal);
        Assert.Contains("last alerts", output, StringComparison.Ordinal);
        Assert.Contains("40,000 payments scored in", output, StringComparison.Ordinal);
        // A frame goes up by fewer lines than the terminal has.
        var ups = System.Text.RegularExpressions.Regex.Matches(output, "\u001b\\[([0-9]+)A");
        Assert.NotEmpty(ups);
        Assert.All(ups, up => Assert.InRange(int.Parse(up.Groups[1].Value, null), 1, 29));
    }

    [TerminalFact]
    public void A_load_shows_a_bar_to_its_end()
    {
        var file = scratch.Write("a.jsonl", string.Concat(Enumerable.Repeat("{\"id\":1}\n", 5000)));

        var output = Tool.RunOnTerminal("produce", file, "--bootstrap", broker.Bootstrap, "--topic", "barred", "--rate", "5000").Well().Output;

        Assert.Contains("100%", output, StringComparison.Ordinal);
        Assert.Contains("5,000 records in topic 'barred'", output, StringComparison.Ordinal);
    }

    [TerminalFact]
    public void A_run_is_a_block_of_figures()
    {
        Tool.Run("produce", scratch.Write("a.jsonl", "{\"id\":1}\n"), "--bootstrap", broker.Bootstrap, "--topic", "shown").Well();
        var job = scratch.Write("job.yaml", "job: shown-job\nsources: { s: { topic: shown, fields: { id: long } } }\nsteps: [ { from: s }, { to: { topic: shown-out } } ]\n");

        var output = Tool.RunOnTerminal("run", job, "--bootstrap", broker.Bootstrap, "--until-end", "--data-dir", Path.Combine(scratch.Root, "data")).Well().Output;

        Assert.Contains("records in", output, StringComparison.Ordinal);
        Assert.Contains("dead letters", output, StringComparison.Ordinal);
        Assert.Contains("job 'shown-job': 1 record in, 1 out", output, StringComparison.Ordinal);
    }
}

/// <summary>A test that needs <c>script</c>, which makes a terminal: skipped, and counted as such, without it.</summary>
public sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Programs.Find("script") is null) Skip = "no `script` of util-linux to make a terminal with";
    }
}
