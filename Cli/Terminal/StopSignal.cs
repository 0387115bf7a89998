using System.Runtime.InteropServices;

namespace StreamGrains.Cli.Terminal;

/// <summary>
/// SIGTERM and Ctrl-C as a token: the first asks for a clean stop, the second ends the process at once. Owner: the running command.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private int count;

    public StopSignal()
    {
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        if (Interlocked.Increment(ref count) > 1) return;
        signal.Cancel = true;
        // Waiting threads run their continuations on this one, which a signal handler has no time for.
        ThreadPool.QueueUserWorkItem(_ => source.Cancel());
    }
}
