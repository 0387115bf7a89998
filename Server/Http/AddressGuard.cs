using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Server.Http;

/// <summary>
/// Ends a server at its start that would listen beyond this machine without any API key. Until then requests from elsewhere are refused anyway. One that may listen writes the first line of its log.
/// </summary>
internal sealed partial class AddressGuard(IServer server, IOptions<ApiOptions> api, ServerProgram program, JobHost host, ILoggerFactory loggers) : IHostedLifecycleService
{
    private readonly ILogger logger = loggers.CreateLogger("StreamGrains.Server");

    public Task StartedAsync(CancellationToken cancel)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var open = api.Value.Keys.Count > 0 ? [] : addresses.Where(a => !IsLoopback(a)).ToList();
        if (open.Count > 0)
            throw new InvalidOperationException(
                $"the control API would listen on {string.Join(", ", open)}, beyond this machine, and no API key is configured: add one (StreamGrains:Api:Keys), or listen on 127.0.0.1 only ({program.UrlSetting})");
        LogServing(program.Name, program.Info.Version, string.Join(", ", addresses), host.Owner, program.Surroundings);
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancel)
    {
        LogStopped(program.Name);
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "{Program} {Version} serves at {Addresses} as {Owner}; {Surroundings}")]
    private partial void LogServing(string program, string version, string addresses, string owner, string surroundings);

    [LoggerMessage(2, LogLevel.Information, "{Program} has stopped")]
    private partial void LogStopped(string program);

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
