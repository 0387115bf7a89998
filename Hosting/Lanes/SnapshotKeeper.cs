using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// Writes snapshots on a worker, one after the other, for all lanes of a process. A snapshot that cannot be written is reported and let go:
/// the job goes on with the one before, and tries again when the next is due. When waiting must end, what is still to be done is let go, so that a storage that does not answer does
/// not hold up the end of the process: nothing names a snapshot any more that is written then.
/// </summary>
/// <param name="blobs">Where snapshots go.</param>
/// <param name="job">Job name, first part of every blob's name.</param>
/// <param name="worker">Owned.</param>
/// <param name="notice">Told of snapshots that could not be written.</param>
/// <param name="giveUp">Cancelled when waiting must end.</param>
internal sealed class SnapshotKeeper(IBlobStore blobs, string job, IWorker worker, Action<string> notice, CancellationToken giveUp) : IDisposable
{
    /// <summary>
    /// Writes the images of one commit, then calls <paramref name="durable"/> for each that made it, with the blob's name, and <paramref name="done"/> at the end.
    /// The commit's owner is part of every name, so a stale owner never writes over a newer one's snapshot.
    /// </summary>
    public void Write(FrozenInterval interval, Action<SnapshotHeader, string> durable, Action done) => worker.Post(async () =>
    {
        foreach (var image in interval.Images) await WriteOne(image, interval.Journal.Owner, durable);
        done();
    });

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
            notice($"old snapshot '{name}' could not be removed: {failure.Message}");
        }
    });

    /// <summary>Does something that can as well be left undone, after all that was asked before.</summary>
    public void Then(string doing, Action action) => worker.Post(() =>
    {
        try
        {
            action();
        }
        catch (Exception failure)
        {
            notice($"{doing} failed: {failure.Message}. It is tried again with the next snapshot.");
        }
        return ValueTask.CompletedTask;
    });

    public void Dispose() => worker.Dispose();

    private async ValueTask WriteOne(ProcessorImage image, Guid owner, Action<SnapshotHeader, string> durable)
    {
        var name = SnapshotName.Of(job, image.Header.Processor, image.Header.Sequence, owner);
        try
        {
            if (giveUp.IsCancellationRequested) return;
            await blobs.Write(name, stream => image.WriteTo(stream));
            durable(image.Header, name);
        }
        catch (Exception failure)
        {
            notice($"snapshot '{name}' could not be written: {failure.Message}. The one before stays in use.");
        }
        finally
        {
            image.Release();
        }
    }
}
