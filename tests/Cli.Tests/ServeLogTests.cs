using System.Globalization;
using System.Text.Json;

namespace StreamGrains.Cli.Tests;

/// <summary>The log of a server, as people and as programs read it.</summary>
public sealed class ServeLogTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Lines_begin_with_the_time_and_the_first_says_what_serves()
    {
        using var server = new Served("127.0.0.1:1", scratch.Root);

        var lines = server.Stop().Errors.TrimEnd().Split('\n');

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn): StreamGrains\.", line));
        Assert.Matches($@"streamgrains-serve \d+\.\d+\.\d+\S* serves at {server.Address} as \S+:\d+; Kafka at 127\.0\.0\.1:1; data in {scratch.Root}$", lines[0]);
        Assert.EndsWith("streamgrains-serve has stopped", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task As_json_each_line_is_an_object_with_the_id_of_what_failed(bool byOption)
    {
        var config = scratch.Write("server.json", $$$$"""{"StreamGrains":{"Log":{"Format":"{{{{(byOption ? "text" : "json")}}}}"}}}""");
        string[] chosen = byOption ? ["--log-format", "json"] : [];
        using var server = new Served("127.0.0.1:1", scratch.Root, ["--config", config, .. chosen]);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var response = await http.PostAsync("api/v1/jobs/nothing/stop", null);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        var lines = server.Stop().Errors.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.All(lines, line => Assert.True(DateTimeOffset.TryParse(line.GetProperty("Timestamp").GetString(), CultureInfo.InvariantCulture, out var at) && at.Offset == TimeSpan.Zero));
        Assert.Equal("streamgrains-serve", lines[0].GetProperty("State").GetProperty("Program").GetString());
        var refused = Assert.Single(lines, line => line.GetProperty("Category").GetString() == "StreamGrains.Audit").GetProperty("State");
        Assert.Equal(problem.GetProperty("traceId").GetString(), refused.GetProperty("TraceId").GetString());
        Assert.Equal(404, refused.GetProperty("Status").GetInt32());
    }

    [Theory]
    [InlineData("--log-format", "xml")]
    [InlineData("--config", null)]
    public void A_format_that_there_is_not_is_refused_with_those_that_there_are(string option, string? value)
    {
        value ??= scratch.Write("server.json", """{"StreamGrains":{"Log":{"Format":"xml"}}}""");

        var refused = Tool.Run("serve", "--bootstrap", "127.0.0.1:1", "--data-dir", scratch.Root, option, value);

        Assert.Equal(64, refused.ExitCode);
        Assert.Matches("xml.*json|json.*xml", refused.Errors.ReplaceLineEndings(" "));
    }
}
