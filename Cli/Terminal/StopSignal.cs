using System.Runtime.InteropServices;

namespace StreamGrains.Cli.Terminal;

/// <summary>
/// SIGTERM and Ctrl-C as a token: the first asks for a clean stop, the second ends the process at once. Output that nobody reads any more asks for a clean stop, too. Owner: the running command.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private static volatile StopSignal? running;

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
        running = this;
        if (OutputPipe.Closed) source.Cancel();
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Asks the running command for a clean stop. Any thread.</summary>
    public static void Ask()
    {
        if (running is { } signal) ThreadPool.QueueUserWorkItem(_ => signal.Cancel());
    }

    public void Dispose()
    {
        running = null;
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

    private void Cancel()
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended by itself.
        }
    }
}
