using StreamGrains.Engine.Ports;

namespace StreamGrains.Grains.Streams;

/// <summary>
/// One step of a relay: reads some records, publishes them, and only then says that they have gone on. Records of one key are published one after the other, each when the one before has been
/// taken; keys do not wait for one another. Owner: one relay, on its thread.
/// </summary>
/// <param name="outbox">Where records come from.</param>
/// <param name="publish">Completes when a record has been taken.</param>
/// <param name="backOff">Told of a failure and how often this record has failed in a row; completes when it is time to try again.</param>
internal sealed class OutboxPump(IOutbox outbox, Func<OutboxRecord, Task> publish, Func<Exception, int, Task> backOff)
{
    private const int Most = 200;

    /// <summary>
    /// Whether there was something. A stop lets what was read go on; only where that fails, it ends the step with <see cref="OperationCanceledException"/>, and nothing of it counts as gone.
    /// </summary>
    public bool Step(TimeSpan wait, CancellationToken stop)
    {
        var records = outbox.Read(Most, wait);
        if (records.Count == 0) return false;
        Task.WhenAll(records.GroupBy(r => r.Key).Select(g => InOrder(g, stop))).GetAwaiter().GetResult();
        outbox.Done();
        return true;
    }

    private async Task InOrder(IEnumerable<OutboxRecord> records, CancellationToken stop)
    {
        foreach (var record in records)
        {
            for (var failures = 1; ; failures++)
            {
                try
                {
                    await publish(record);
                    break;
                }
                catch (Exception failure) when (failure is not OutOfMemoryException)
                {
                    await backOff(failure, failures);
                    stop.ThrowIfCancellationRequested();
                }
            }
        }
    }
}
