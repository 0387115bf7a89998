using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>What waits in a lane, counted against the process' bound in memory that it has, in use or not. Owner: the lane, on its thread.</summary>
internal sealed class LaneBuffers(BufferBudget budget, List<RunFeed> feeds, Placement placement) : IDisposable
{
    /// <summary>An empty buffer keeps so much where memory is tight.</summary>
    private const int KeptBytes = 64 << 10;

    private long told;

    /// <summary>Tells the bound what there is; where memory is tight, gives back first what is empty. Returns whether it is tight.</summary>
    public bool Look()
    {
        if (budget.Tight) Release();
        Tell(Count());
        return budget.Tight;
    }

    /// <summary>Gives back what a partition has and does not use.</summary>
    public static void Release(RunFeed feed)
    {
        feed.Run.Inbox.Bytes.Release(KeptBytes);
        feed.Run.Processor.ReleaseBatch(KeptBytes);
    }

    public void Dispose() => Tell(0);

    private long Count()
    {
        var bytes = placement.OutputBytes;
        foreach (var feed in feeds) bytes += feed.Run.Inbox.Bytes.Capacity + feed.Run.Processor.BatchBytes;
        return bytes;
    }

    private void Release()
    {
        placement.ReleaseOutputs(KeptBytes);
        foreach (var feed in feeds) Release(feed);
    }

    private void Tell(long bytes)
    {
        if (bytes != told) budget.Change(bytes - told);
        told = bytes;
    }
}
