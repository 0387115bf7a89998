using System.Collections.Concurrent;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// Writes snapshots on a thread of its own, one after the other, for all lanes of a process. A snapshot that cannot be written is reported and let go:
/// the job goes on with the one before, and tries again when the next is due.
/// </summary>
internal sealed class SnapshotKeeper : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread thread;
    private readonly IBlobStore blobs;
    private readonly string job;
    private readonly string activation;
    private readonly Action<string> notice;

    /// <param name="blobs">Where snapshots go.</param>
    /// <param name="job">Job name, first part of every blob's name.</param>
    /// <param name="activation">Part of every name, new for each activation: a stale owner never writes over a newer one's snapshot.</param>
    /// <param name="notice">Told of snapshots that could not be written.</param>
    public SnapshotKeeper(IBlobStore blobs, string job, string activation, Action<string> notice)
    {
        (this.blobs, this.job, this.activation, this.notice) = (blobs, job, activation, notice);
        thread = new Thread(Run) { IsBackground = true, Name = "snapshots", Priority = ThreadPriority.BelowNormal };
        thread.Start();
    }

    /// <summary>Writes the images of one commit, then calls <paramref name="durable"/> for each that made it, with the blob's name, and <paramref name="done"/> at the end.</summary>
    public void Write(IReadOnlyList<ProcessorImage> images, Action<SnapshotHeader, string> durable, Action done) => work.Add(() =>
    {
        foreach (var image in images) WriteOne(image, durable);
        done();
    });

    /// <summary>Removes a blob that no journal record names any more.</summary>
    public void Delete(string name) => work.Add(() =>
    {
        try
        {
            blobs.Delete(name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notice($"old snapshot '{name}' could not be removed: {failure.Message}");
        }
    });

    /// <summary>Runs something after all that was asked before, on the same thread.</summary>
    public void Then(Action action) => work.Add(action);

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    private void WriteOne(ProcessorImage image, Action<SnapshotHeader, string> durable)
    {
        var name = SnapshotName.Of(job, image.Header.Processor, image.Header.Sequence, activation);
        try
        {
            blobs.Write(name, stream => image.WriteTo(stream));
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

    private void Run()
    {
        foreach (var action in work.GetConsumingEnumerable()) action();
    }
}
