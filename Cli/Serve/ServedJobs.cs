using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamGrains.Control;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Cli.Serve;

/// <summary>
/// The jobs of the server over its life: remembered before it listens, so that every request sees them; run once it may (<see cref="Server.Http.AddressGuard"/> has had its say); stopped
/// cleanly when it has stopped listening. Owner: the host.
/// </summary>
internal sealed partial class ServedJobs(LocalJobs jobs, JobHost host, ILogger<ServedJobs> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        jobs.Load();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => jobs.Resume(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        jobs.End();
        await host.DisposeAsync();
        if (host.Uncommitted.Count == 0) LogCommitted();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "what the jobs took is committed")]
    private partial void LogCommitted();
}
