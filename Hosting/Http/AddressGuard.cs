using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamGrains.Hosting.Server;

namespace StreamGrains.Hosting.Http;

/// <summary>Ends a server at its start that would listen beyond this machine without any API key. Until then requests from elsewhere are refused anyway.</summary>
internal sealed class AddressGuard(IServer server, IOptions<ApiOptions> api, ServerProgram program) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancel)
    {
        if (api.Value.Keys.Count > 0) return Task.CompletedTask;
        var open = (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Where(a => !IsLoopback(a)).ToList();
        return open.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException(
                $"the control API would listen on {string.Join(", ", open)}, beyond this machine, and no API key is configured: add one (StreamGrains:Api:Keys), or listen on 127.0.0.1 only ({program.UrlSetting})");
    }

    public Task StartingAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancel) => Task.CompletedTask;

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
}
