using System.Text.RegularExpressions;
using StreamGrains.Api.Tests.Support;

namespace StreamGrains.Api.Tests;

public sealed class IdentityTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData(null, "streamgrains-test")]
    [InlineData("fraud-scoring", "fraud-scoring")]
    public async Task Telemetry_tells_the_program_its_version_and_its_instance(string? named, string expected)
    {
        await using var server = await TestServer.Start(world, serviceName: named);

        var metrics = await server.Http.GetStringAsync("metrics");

        var info = Regex.Match(metrics, @"(?m)^target_info\{(.*)\} 1").Groups[1].Value;
        Assert.Contains($"service_name=\"{expected}\"", info, StringComparison.Ordinal);
        Assert.Matches("service_version=\"\\d+\\.\\d+\\.\\d+[^+\"]*\"", info);
        Assert.Contains("service_instance_id=\"this-server\"", info, StringComparison.Ordinal);
    }
}
