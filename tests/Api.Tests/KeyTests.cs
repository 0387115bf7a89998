using System.Net;
using StreamGrains.Api.Tests.Support;

namespace StreamGrains.Api.Tests;

public sealed class KeyTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("GET", "/api/v1/jobs", TestServer.ReaderKey, HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/jobs", TestServer.OperatorKey, HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/jobs", TestServer.AdminKey, HttpStatusCode.OK)]
    [InlineData("GET", "/api/v1/jobs", null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/v1/jobs", "key-of-nobody", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/api/v1/jobs", "key-of-rit", HttpStatusCode.Unauthorized)]
    [InlineData("POST", "/api/v1/jobs/x/stop", TestServer.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/v1/jobs/x/stop", TestServer.OperatorKey, HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/v1/jobs/x/start", TestServer.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("POST", "/api/v1/dry-run", TestServer.ReaderKey, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/api/v1/jobs/x", TestServer.OperatorKey, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/api/v1/jobs/x", TestServer.AdminKey, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/v1/jobs/x/savepoints/y", TestServer.OperatorKey, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/api/v1/jobs/x/savepoints?keep=1", TestServer.OperatorKey, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/api/v1/models/x", TestServer.OperatorKey, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/api/v1/models/x", TestServer.AdminKey, HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/v1/jobs/x", null, HttpStatusCode.Unauthorized)]
    public async Task A_key_may_do_what_its_role_allows(string method, string path, string? key, HttpStatusCode expected)
    {
        await using var server = await TestServer.Start(world, keys: true);
        using var http = key is null ? server.As("") : server.As(key);
        if (key is null) http.DefaultRequestHeaders.Authorization = null;

        using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Unauthorized) Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Basic", TestServer.AdminKey)]
    [InlineData("Bearer", "")]
    [InlineData("ApiKey", TestServer.AdminKey)]
    public async Task Another_scheme_is_no_key(string scheme, string value)
    {
        await using var server = await TestServer.Start(world, keys: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/jobs");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {value}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task The_hash_of_a_key_is_no_key()
    {
        await using var server = await TestServer.Start(world, keys: true);
        using var http = server.As(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(TestServer.AdminKey))));

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/jobs")).StatusCode);
    }

    [Fact]
    public async Task With_keys_health_metrics_and_the_description_stay_open()
    {
        await using var server = await TestServer.Start(world, keys: true);

        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics", "/openapi/v1.json" })
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", null, HttpStatusCode.OK)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("[::1]", null, HttpStatusCode.OK)]
    [InlineData("evil.example", null, HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", "https://evil.example", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", "null", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1", "http://127.0.0.1", HttpStatusCode.OK)]
    public async Task Without_keys_only_what_is_of_this_machine_and_means_it_is_answered(string host, string? origin, HttpStatusCode expected)
    {
        await using var server = await TestServer.Start(world);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/jobs");
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);

        Assert.Equal(expected, (await server.Http.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    public async Task Without_keys_a_server_does_not_start_beyond_this_machine(string url)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.Start(world, url: url));

        Assert.Contains("no API key is configured", refused.Message, StringComparison.Ordinal);
        Assert.Contains("StreamGrains:Api:Keys", refused.Message, StringComparison.Ordinal);
    }
}
