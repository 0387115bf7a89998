using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Workers;

/// <summary>
/// Does on a worker of its own what can as well be left undone: asks where journals end, cuts logs, removes old snapshots. So nothing that matters stands behind it; what is still to be done when
/// the run ends is given up. Owner: the job's runtime; any thread may ask.
/// </summary>
/// <param name="blobs">Where snapshots are.</param>
/// <param name="worker">Owned.</param>
/// <param name="notice">Told of what failed.</param>
/// <param name="giveUp">Cancelled when the run ends.</param>
public sealed class Housekeeper(IBlobStore blobs, IWorker worker, Action<string> notice, CancellationToken giveUp) : IDisposable
{
    /// <summary>Milliseconds that one thing may take: longer than the cluster's own limits.</summary>
    private const int WorkMs = 120_000;

    /// <summary>Removes a blob that no journal record names any more.</summary>
    public void Delete(string name) => worker.Post(async () =>
    {
        if (giveUp.IsCancellationRequested) return;
        try
        {
            await blobs.Delete(name);
        }
        catch (Exception failure)
        {
            if (!giveUp.IsCancellationRequested) notice($"old snapshot '{name}' could not be removed: {failure.Message}");
        }
    });

    /// <summary>Does something after all that was asked before.</summary>
    public void Do(string doing, Func<ValueTask> action) => worker.Post(async () =>
    {
        if (giveUp.IsCancellationRequested) return;
        try
        {
            if (await worker.Within(Act, WorkMs, giveUp) is (false, _)) throw new TimeoutException($"it has not ended within {WorkMs / 1000} s");
        }
        catch (Exception failure)
        {
            if (!giveUp.IsCancellationRequested) notice($"{doing} failed: {failure.Message}. It is tried again with the next snapshot.");
        }

        async ValueTask<bool> Act()
        {
            await action();
            return true;
        }
    });

    public void Dispose() => worker.Dispose();
}
