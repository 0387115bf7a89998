namespace StreamGrains.Cli.Tests;

public sealed class ValidateTests : IDisposable
{
    private const string Job = """
        job: counting
        sources:
          events:
            topic: events
            key: id
            fields: { id: long, ts: timestamp_ms, amount: double }
            event_time: ts
        steps:
          - from: events
          - filter: amount > 0
          - to: { topic: positive, key: id }
        """;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_spec_without_mistakes_is_right()
    {
        var result = Tool.Run("validate", scratch.Write("job.yaml", Job)).Well();

        Assert.Contains("job 'counting' is right: 1 stage", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_place_and_what_was_meant()
    {
        var path = scratch.Write("job.yaml", Job.Replace("amount > 0", "amout > 0", StringComparison.Ordinal).Replace("key: id }", "kye: id }", StringComparison.Ordinal));

        var result = Tool.Run("validate", path);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("2 mistakes", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"{path}:10:13: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean 'amount'?", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"{path}:11:28: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean 'key'?", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_with_streams_is_right_and_refused_where_it_would_run_without_a_silo()
    {
        var path = scratch.Write("job.yaml", Job.Replace("{ topic: positive, key: id }", "{ stream: { provider: alerts, namespace: positive, key: id } }", StringComparison.Ordinal));

        Assert.Contains("it writes to Orleans streams, so it runs on silos only", Tool.Run("validate", path).Well().Output, StringComparison.Ordinal);
        var refused = Tool.Run("run", path, "--bootstrap", "127.0.0.1:1");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("writes to stream 'positive' of provider 'alerts', which needs a silo", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_is_part_of_the_spec()
    {
        var result = Tool.Run("validate", scratch.Write("job.yaml", Job), "--set", "commit.every=soon");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--set commit.every=soon:1:14", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused_with_its_neighbours_name()
    {
        var path = scratch.Write("job.yaml", Job);

        var result = Tool.Run("validate", path[..^1] + "k");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains($"did you mean '{path}'?", result.Errors, StringComparison.Ordinal);
    }
}
