using Microsoft.Extensions.DependencyInjection;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests.Sdk;

public sealed class ClientTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task As_a_service_it_sends_the_key_and_asks_again_while_the_server_is_not_able()
    {
        var asked = 0;
        var jobs = new StubJobs(() => Refusal.Of(Interlocked.Increment(ref asked) < 3 ? RefusalKind.Unavailable : RefusalKind.NotFound, "try again"));
        await using var server = await TestServer.Start(world, keys: true, control: jobs);
        var services = new ServiceCollection();
        services.AddStreamGrainsClient(o => (o.Address, o.ApiKey) = (server.Address, TestServer.AdminKey));
        await using var provider = services.BuildServiceProvider();

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => provider.GetRequiredService<StreamGrainsClient>().StopAsync("x"));

        Assert.Equal(ProblemKind.NotFound, refused.Kind);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task It_tells_what_it_talks_to()
    {
        await using var server = await TestServer.Start(world);
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(TestServer.Info, await new StreamGrainsClient(http).ServerAsync());
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded, 1, 2)]
    [InlineData(HttpRequestError.ConnectionError, 2, 2)]
    public async Task A_savepoint_is_asked_for_again_only_where_the_server_was_not_reached(HttpRequestError trouble, int savepoints, int stops)
    {
        var network = new Breaking(trouble);
        var services = new ServiceCollection();
        services.AddStreamGrainsClient().ConfigurePrimaryHttpMessageHandler(() => network);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<StreamGrainsClient>();

        foreach (var (asked, call) in new (int, Func<Task>)[] { (savepoints, () => client.SavepointAsync("x")), (savepoints, () => client.StartFromAsync("x", "s")), (stops, () => client.StopAsync("x")) })
        {
            network.Asked = 0;
            await Assert.ThrowsAsync<StreamGrainsException>(call);
            Assert.Equal(asked, network.Asked);
        }
    }

    [Theory]
    [InlineData(null, ProblemKind.Unauthorized)]
    [InlineData(TestServer.ReaderKey, ProblemKind.Forbidden)]
    public async Task What_a_key_may_not_do_is_told_apart(string? key, ProblemKind expected)
    {
        await using var server = await TestServer.Start(world, keys: true);
        using var http = key is null ? new HttpClient { BaseAddress = server.Address } : server.As(key);

        Assert.Equal(expected, (await Assert.ThrowsAsync<StreamGrainsException>(() => new StreamGrainsClient(http).StopAsync("x"))).Kind);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named()
    {
        Uri address;
        await using (var server = await TestServer.Start(world)) address = server.Address;
        using var http = new HttpClient { BaseAddress = address };

        var silence = await Assert.ThrowsAsync<StreamGrainsException>(() => new StreamGrainsClient(http).ListAsync());

        Assert.Equal(ProblemKind.Unreachable, silence.Kind);
        Assert.Contains(address.Authority, silence.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_streamgrains_server_is_told_so()
    {
        using var http = new HttpClient(new Always("<html>hello</html>")) { BaseAddress = new Uri("http://127.0.0.1:9") };

        var odd = await Assert.ThrowsAsync<StreamGrainsException>(() => new StreamGrainsClient(http).ListAsync());

        Assert.Equal(ProblemKind.Unexpected, odd.Kind);
        Assert.Contains("is it a StreamGrains server?", odd.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_call_can_be_cancelled()
    {
        await using var server = await TestServer.Start(world);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client.ListAsync(stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in server.Client.FollowLogAsync("x", cancel: stop.Token)) Assert.Null(line);
        });
    }

    [Fact]
    public async Task A_job_file_is_handed_in_with_the_models_that_it_is_given()
    {
        await using var server = await TestServer.Start(world);
        var (spec, model) = (Path.Combine(world.Data, "job.yaml"), Path.Combine(world.Data, "m.onnx"));
        await File.WriteAllTextAsync(spec, SampleJobs.Spending(more: "  - score: { model: models/a.onnx, features: [amount] }"));
        await File.WriteAllTextAsync(model, "weights");

        var answer = await server.Client.SubmitFileAsync(spec, new Dictionary<string, string> { ["models/a.onnx"] = model }, ["job=renamed"]);

        Assert.Equal("renamed", answer.Job);
        Assert.Equal("models/a.onnx", Assert.Single(await server.Client.ModelsAsync("renamed")).Path);
    }

    private sealed class Always(string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new StringContent(body, null, "text/html"), RequestMessage = request });
    }

    /// <summary>The first request fails on the way, the next is answered with something odd.</summary>
    private sealed class Breaking(HttpRequestError trouble) : HttpMessageHandler
    {
        public int Asked { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => ++Asked == 1
            ? throw new HttpRequestException(trouble)
            : Task.FromResult(new HttpResponseMessage { Content = new StringContent("x", null, "text/plain"), RequestMessage = request });
    }
}
