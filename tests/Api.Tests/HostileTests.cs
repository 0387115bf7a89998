using System.Globalization;
using StreamGrains.Api.Tests.Support;
using Xunit.Abstractions;

namespace StreamGrains.Api.Tests;

public sealed class HostileTests(ITestOutputHelper say) : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    /// <summary>STREAMGRAINS_SEED repeats a run.</summary>
    [Fact]
    public async Task A_thousand_random_and_hostile_requests_are_no_failure_of_the_server()
    {
        var seed = Environment.GetEnvironmentVariable("STREAMGRAINS_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        say.WriteLine($"say: hostile requests, seed {seed}");
        var requests = new HostileRequests(new Random(seed));
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        var (answered, whole) = (0, 0);
        for (var i = 0; i < 1000; i++)
        {
            var (text, request, complete) = requests.Next();
            using var connection = new RawConnection(server.Address);
            var status = await connection.Send(request, complete);
            // 501 and 505 speak of HTTP itself: a transfer coding or a version that the server does not know.
            Assert.True(status is < 500 or 501 or 505, $"seed {seed}, request {i} gets {status}: {text}");
            if (complete) whole++;
            if (complete && status > 0) answered++;
        }

        // A server that has answered before it had read a long body may end the connection, and the answer with it.
        Assert.InRange(answered, whole * 9 / 10, whole);
        Assert.InRange(whole, 500, 1000);
        Assert.True(server.Log.Errors.Count == 0, $"seed {seed}: {string.Join("\n", server.Log.Errors)}");
        Assert.All(await server.Client.ListAsync(), j => Assert.Matches("^[A-Za-z0-9._-]+$", j.Job));
        Assert.All(Directory.EnumerateFileSystemEntries(world.Data), e => Assert.Contains(Path.GetFileName(e), new[] { "jobs", "models" }));
        if ((await server.Client.ListAsync()).Any(j => j.Job == "spending")) await server.Client.StopAsync("spending");
    }
}
