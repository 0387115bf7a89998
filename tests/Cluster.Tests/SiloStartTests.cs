using System.Net;
using System.Net.Sockets;
using StreamGrains.Cluster.Tests.Support;

namespace StreamGrains.Cluster.Tests;

/// <summary>A silo that cannot start says why in a line, and nothing else.</summary>
public sealed class SiloStartTests : IDisposable
{
    private readonly TcpListener taken = new(IPAddress.Loopback, 0);
    private readonly int[] free = FreePorts.Take(2);

    public SiloStartTests() => taken.Start();

    public void Dispose() => taken.Dispose();

    [Fact]
    public void An_address_that_is_in_use_is_named_with_what_to_do() =>
        Assert.Contains($"Failed to bind to address http://{taken.LocalEndpoint}: address already in use. End what listens there, or choose another address (Urls).", Refused($"--Urls=http://{taken.LocalEndpoint}"), StringComparison.Ordinal);

    [Fact]
    public void A_port_between_silos_that_is_in_use_is_named_with_its_setting()
    {
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Contains($"a port for other silos is in use: {port} (StreamGrains:Cluster:GatewayPort).", Refused($"--StreamGrains:Cluster:GatewayPort={port}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "no API key is configured: add one (StreamGrains:Api:Keys), or listen on 127.0.0.1 only (Urls)")]
    [InlineData("nowhere", "Invalid url: 'nowhere'")]
    public void An_address_that_it_must_not_have_is_told(string url, string expected) => Assert.Contains(expected, Refused($"--Urls={url}"), StringComparison.Ordinal);

    [Fact]
    public void A_members_store_that_does_not_answer_is_named_without_its_password()
    {
        var errors = Refused("--StreamGrains:Cluster:Clustering=redis", "--StreamGrains:Cluster:Connection=127.0.0.1:1,password=hush", "--StreamGrains:Cluster:AdvertisedAddress=127.0.0.1");
        Assert.Contains("Redis at 127.0.0.1:1 (StreamGrains:Cluster:Connection) cannot be used: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", errors, StringComparison.Ordinal);
    }

    private string Refused(params string[] settings)
    {
        var (code, output) = SiloProcess.Run(
            ["--Urls=http://127.0.0.1:0", $"--StreamGrains:Cluster:SiloPort={free[0]}", $"--StreamGrains:Cluster:GatewayPort={free[1]}", "--StreamGrains:Kafka:Bootstrap=127.0.0.1:1", .. settings]);
        Assert.Equal(1, code);
        Assert.StartsWith("streamgrains silo: ", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd().Split('\n'));
        return output;
    }
}
