using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Cli.Tests;

/// <summary>A server that cannot start says why in a line, and nothing else.</summary>
public sealed class StartTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void An_address_that_is_in_use_is_named_with_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var refused = Serve("--url", $"http://{taken.LocalEndpoint}");

        Assert.Equal($"streamgrains: Failed to bind to address http://{taken.LocalEndpoint}: address already in use. End what listens there, or choose another address (--url).\n", refused);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "no API key is configured: add one (StreamGrains:Api:Keys), or listen on 127.0.0.1 only (--url)")]
    [InlineData("http://192.0.2.1:8080", "cannot listen on http://192.0.2.1:8080: ")]
    [InlineData("nowhere", "Invalid url: 'nowhere'. An address reads http://127.0.0.1:8080 (--url).")]
    public void An_address_that_cannot_be_had_is_told(string url, string expected) => Assert.Contains(expected, Serve("--url", url), StringComparison.Ordinal);

    [Fact]
    public void A_key_that_cannot_be_read_is_not_left_out()
    {
        var config = scratch.Write("server.json", $$$$"""{"StreamGrains":{"Api":{"Keys":[{"Name":"ci","Role":"Root","Sha256":"{{{{new string('0', 64)}}}}"}]}}}""");

        Assert.Contains("StreamGrains:Api:Keys: every key has a Name, a Role (Reader, Operator or Admin)", Serve("--url", "http://127.0.0.1:0", "--config", config), StringComparison.Ordinal);
    }

    private string Serve(params string[] arguments)
    {
        var result = Tool.Run(["serve", "--bootstrap", "127.0.0.1:1", "--data-dir", scratch.Root, .. arguments]);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
        return result.Errors;
    }
}
