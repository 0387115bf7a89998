using System.Diagnostics;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests.Sdk;

public sealed class ExampleTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public void The_package_shows_the_sample_as_it_is()
    {
        var sample = File.ReadAllText(Repository.PathOf("samples/client/Program.cs"));

        Assert.Contains($"```csharp\n{sample}```", File.ReadAllText(Repository.PathOf("Client/README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_hands_its_job_in_and_stops_it()
    {
        await using var server = await TestServer.Start(world);
        var program = Path.Combine(AppContext.BaseDirectory, "StreamGrains.Samples.Client.dll");
        var start = new ProcessStartInfo("dotnet", [program, server.Address.ToString(), "payments"]) { RedirectStandardOutput = true };
        using var sample = Process.Start(start)!;
        var output = await sample.StandardOutput.ReadToEndAsync();
        await sample.WaitForExitAsync();

        Assert.Equal("spending Created, revision 1\nspending Stopped\n", output);
        Assert.Equal(0, sample.ExitCode);
        Assert.Equal(JobPhase.Stopped, (await server.Client.StatusAsync("spending")).Phase);
    }

    [Fact]
    public void The_client_shows_only_what_its_users_need() => Assert.Equal(
        ["JobBuilder", "JobSpecText", "ProblemKind", "RollingBuilder", "ServiceRegistration", "SourceBuilder", "StreamGrainsClient", "StreamGrainsClientOptions", "StreamGrainsException", "WindowBuilder"],
        typeof(Client.StreamGrainsClient).Assembly.GetExportedTypes().Select(t => t.Name).Order(StringComparer.Ordinal));
}
