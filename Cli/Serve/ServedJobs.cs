using Microsoft.Extensions.Hosting;
using StreamGrains.Cli.Terminal;
using StreamGrains.Hosting.Control;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Cli.Serve;

/// <summary>
/// The jobs of the server over its life: remembered before it listens, so that every request sees them; run once it may (<see cref="Hosting.Http.AddressGuard"/> has had its say); stopped
/// cleanly when it has stopped listening. Owner: the host.
/// </summary>
internal sealed class ServedJobs(LocalJobs jobs, JobHost host) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        jobs.Load();
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => jobs.Resume(Report.Notice, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        jobs.End();
        return host.DisposeAsync().AsTask();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
