namespace StreamGrains.Cli.Tests;

/// <summary>Commands whose output nobody reads any more.</summary>
public sealed class ClosedPipeTests(EmbeddedBrokerFixture broker) : IClassFixture<EmbeddedBrokerFixture>, IDisposable
{
    private const string Status = """
        {"job":"j","phase":"running","revision":1,"specHash":"","submitted":"2026-01-01T00:00:00+00:00","slots":[],"partitions":[],
         "totals":{"rowsIn":0,"rowsOut":0,"inPerSecond":0,"outPerSecond":0,"lag":null,"watermark":null,"late":0,"deadLetters":0,"keys":0,"stateBytes":0}}
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("status", "j", "--watch", "--output", "json")]
    [InlineData("status", "j", "--watch")]
    public void A_watch_ends_with_its_reader(params string[] arguments)
    {
        using var server = new CannedServer(200, Status.ReplaceLineEndings(""));

        Ended(Tool.RunForOneLine([.. arguments, "--server", server.Address]));
    }

    [Fact]
    public void A_log_that_is_followed_ends_with_its_reader_although_no_further_line_comes()
    {
        using var server = new CannedServer(200, """[{"number":1,"at":"2026-01-01T00:00:00+00:00","owner":"o","text":"a line"}]""", (200, "[]"));

        Assert.Contains("a line", Ended(Tool.RunForOneLine("logs", "j", "--follow", "--server", server.Address)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_commits_and_ends_when_nobody_reads_its_figures()
    {
        Tool.Run("produce", scratch.Write("a.jsonl", "{\"id\":1}\n"), "--bootstrap", broker.Bootstrap, "--topic", "piped").Well();
        var job = scratch.Write("job.yaml", "job: piped-job\nsources: { s: { topic: piped, fields: { id: long } } }\nsteps: [ { from: s }, { to: { topic: piped-out } } ]\n");

        Ended(Tool.RunForOneLine("run", job, "--bootstrap", broker.Bootstrap, "--data-dir", Path.Combine(scratch.Root, "data")));
    }

    [Fact]
    public void A_server_and_the_demo_end_with_their_readers()
    {
        var served = Tool.RunForOneLine("serve", "--bootstrap", broker.Bootstrap, "--url", "http://127.0.0.1:0", "--data-dir", Path.Combine(scratch.Root, "served"));
        Assert.Equal(141, served.ExitCode);
        Assert.All(served.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(" info: ", line, StringComparison.Ordinal));
        Ended(Tool.RunForOneLine("demo"));
    }

    [Fact]
    public void What_does_its_work_before_it_writes_does_it()
    {
        var file = scratch.Write("b.jsonl", "{\"id\":1}\n{\"id\":2}\n");

        Tool.RunWithoutReader("produce", file, "--bootstrap", broker.Bootstrap, "--topic", "unread");

        Assert.Equal(2, TestTopics.ReadCommitted(broker.Bootstrap, "unread").Count());
    }

    private static Tool.Result Ended(Tool.Result result)
    {
        Assert.Equal((141, ""), (result.ExitCode, result.Errors));
        return result;
    }
}
