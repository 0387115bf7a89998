using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Runtime.Workers;

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
public sealed class SnapshotKeeper(IBlobStore blobs, string job, IWorker worker, Action<string> notice, CancellationToken giveUp) : IDisposable
{
    private volatile string? problem;

    /// <summary>Counts what could not be written.</summary>
    public FailureCounts Failures { get; init; } = new();

    /// <summary>Why the last snapshot could not be written; null when it could. Any thread.</summary>
    public string? Problem => problem;

    /// <summary>
    /// Writes the images of one commit, then calls <paramref name="durable"/> for each that made it, with the blob's name, and <paramref name="done"/> at the end, with whether all did.
    /// The commit's owner is part of every name, so a stale owner never writes over a newer one's snapshot.
    /// </summary>
    public void Write(FrozenInterval interval, Action<SnapshotHeader, string> durable, Action<bool> done) => worker.Post(async () =>
    {
        var all = true;
        foreach (var image in interval.Images) all &= await WriteOne(image, interval.Journal.Owner, durable);
        done(all);
    });

    public void Dispose() => worker.Dispose();

    private async ValueTask<bool> WriteOne(ProcessorImage image, Guid owner, Action<SnapshotHeader, string> durable)
    {
        var name = SnapshotName.Of(job, image.Header.Processor, image.Header.Sequence, owner);
        var content = new Content(image);
        try
        {
            if (giveUp.IsCancellationRequested) return false;
            await blobs.Write(name, content.WriteTo);
            durable(image.Header, name);
            problem = null;
            return true;
        }
        catch (Exception failure)
        {
            problem = failure.Message;
            Failures.Add(FailedThing.Snapshot, FailureCounts.KindOf(failure));
            notice($"snapshot '{name}' could not be written: {failure.Message}. The one before stays in use.");
            return false;
        }
        finally
        {
            content.LetGo();
        }
    }

    /// <summary>An image until nobody reads it: a write that was left may still be at it, and is not to begin any more. Any thread.</summary>
    private sealed class Content(ProcessorImage image)
    {
        private readonly Lock gate = new();
        private bool reading, letGo;

        public void WriteTo(Stream stream)
        {
            lock (gate)
            {
                if (letGo) throw new IOException("the write was given up");
                reading = true;
            }
            try
            {
                image.WriteTo(stream);
            }
            finally
            {
                bool last;
                lock (gate) (reading, last) = (false, letGo);
                if (last) image.Release();
            }
        }

        public void LetGo()
        {
            lock (gate)
            {
                letGo = true;
                if (reading) return;
            }
            image.Release();
        }
    }
}
