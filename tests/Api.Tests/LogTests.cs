using System.Net;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests;

public sealed class LogTests : IAsyncLifetime, IDisposable
{
    private readonly World world = new();
    private readonly StubJobs jobs = new(() => Refusal.Of(RefusalKind.NotFound, "nothing but a log here"));
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start(world, control: jobs);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_newest_lines_come_and_with_a_number_those_behind_it()
    {
        var newest = await server.Client.LogAsync("talker");
        var rest = await server.Client.LogAsync("talker", after: 990, most: 5);
        var all = await server.Client.LogAsync("talker", most: 1000);

        Assert.Equal((801, 1000), (newest[0].Number, newest[^1].Number));
        Assert.Equal([996L, 997, 998, 999, 1000], rest.Select(l => l.Number));
        Assert.Equal(1000, all.Count);
    }

    [Theory]
    [InlineData("most=0")]
    [InlineData("most=1001")]
    [InlineData("most=many")]
    [InlineData("after=x")]
    [InlineData("after=99999999999999999999")]
    public async Task A_question_that_makes_no_sense_is_refused(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Http.GetAsync($"/api/v1/jobs/talker/log?{query}")).StatusCode);

    [Fact]
    public async Task Following_gives_every_line_once_also_of_a_process_that_begins_anew()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var seen = new List<JobLogLine>();
        await foreach (var line in server.Client.FollowLogAsync("talker", TimeSpan.FromMilliseconds(1), stop.Token))
        {
            seen.Add(line);
            if (seen.Count == 1000) jobs.Said.Add(Line(1001, 2000, "this-server"));
            if (seen.Count == 1001) jobs.Said.Add(Line(1, 2001, "another"));
            if (seen.Count == 1002)
            {
                jobs.Said.Clear();
                jobs.Said.Add(Line(1, 3000, "this-server"));
            }
            if (seen.Count == 1003) break;
        }

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(["line 1001 of this-server", "line 1 of another", "line 1 of this-server"], seen.TakeLast(3).Select(l => l.Text));
    }

    private static JobLogLine Line(int number, int second, string owner) => new(number, DateTimeOffset.UnixEpoch.AddSeconds(second), owner, $"line {number} of {owner}");
}
