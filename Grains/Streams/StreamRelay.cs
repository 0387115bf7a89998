using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Grains.Streams;

/// <summary>
/// Takes one slot's results from an outbox to a stream, on a thread of its own, until disposed: whatever fails is tried again, so nothing is left out, and what was under way may be published
/// twice. The slot's lane knows nothing of it.
/// </summary>
internal sealed class StreamRelay : IAsyncDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    private readonly Func<CancellationToken, IOutbox> open;
    private readonly Func<OutboxRecord, Task> publish;
    private readonly Action<string> say;
    private readonly string name;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int troubled;

    /// <summary>Begins at once.</summary>
    /// <param name="name">What it is called in the job's log.</param>
    /// <param name="open">Opens the outbox; may be called again after it has failed.</param>
    /// <param name="publish">Completes when a record has been taken.</param>
    /// <param name="say">Told when publishing fails, and when it is well again.</param>
    public StreamRelay(string name, Func<CancellationToken, IOutbox> open, Func<OutboxRecord, Task> publish, Action<string> say)
    {
        (this.name, this.open, this.publish, this.say) = (name, open, publish, say);
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Lets go of the outbox; completes when nothing is under way any more. What has not gone on stays for the next relay.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ended.Task;
        stop.Dispose();
    }

    private void Run()
    {
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                using var outbox = open(stop.Token);
                var pump = new OutboxPump(outbox, publish, BackOff);
                while (!stop.IsCancellationRequested)
                {
                    if (pump.Step(Wait, stop.Token)) BeWell();
                    failures = 0;
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                if (stop.IsCancellationRequested) break;
                BackOff(failure, ++failures).GetAwaiter().GetResult();
            }
        }
        ended.SetResult();
    }

    private void BeWell()
    {
        if (Interlocked.Exchange(ref troubled, 0) == 1) say($"{name}: results go on again.");
    }

    /// <summary>Says the first of all failures until it is well again.</summary>
    private async Task BackOff(Exception failure, int failures)
    {
        if (Interlocked.Exchange(ref troubled, 1) == 0) say($"{name}: results wait, and are tried again: {failure.Message}");
        await Task.Delay(CommitPolicy.RetryDelay(failures) * 2, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
