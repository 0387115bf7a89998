using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// One consumer of a lane and the partitions it fetches. It is asked for records only while one of them is short of records: the rest waits in the client, which
/// stops fetching by itself. Sources and internal topics have an intake each, so that rows on their way never queue behind a replay.
/// Owner: the lane, on its thread.
/// </summary>
internal sealed class Intake : IDisposable
{
    private const int HungryRecords = 8_192;

    private readonly ILaneConsumer consumer;
    private readonly List<RunFeed> feeds = [];
    private readonly Dictionary<TopicPartition, RunFeed> bySlice = [];
    private readonly Action<TopicPartition, long> atEnd;

    public Intake(ILaneConsumer consumer)
    {
        this.consumer = consumer;
        atEnd = (slice, offset) =>
        {
            if (bySlice.TryGetValue(slice, out var feed)) feed.EndAt = offset;
        };
    }

    public void Add(RunFeed feed)
    {
        feeds.Add(feed);
        bySlice[feed.Slice] = feed;
        consumer.Assign(feed.Slice, feed.Run.Processor.Position, feed.Run.Inbox);
    }

    public void Remove(RunFeed feed)
    {
        feeds.Remove(feed);
        bySlice.Remove(feed.Slice);
        consumer.Unassign(feed.Slice);
    }

    /// <summary>Drops what waits of a partition, and fetches no more of it.</summary>
    public void SetAside(RunFeed feed)
    {
        feed.Resume(consumer);
        consumer.Unassign(feed.Slice);
        feed.Run.Inbox.Clear();
        // Where the end was is no sign any more that nothing is before it.
        (feed.EndAt, feed.SetAside) = (-1, true);
    }

    /// <summary>Fetches a partition again that was set aside.</summary>
    public void TakeUp(RunFeed feed)
    {
        feed.SetAside = false;
        consumer.Assign(feed.Slice, feed.Run.Processor.Position, feed.Run.Inbox);
    }

    /// <summary>Moves what has arrived into the inboxes; with nothing there, waits up to <paramref name="waitMs"/> for it. Returns the number of records.</summary>
    public int Poll(FetchSize size, int waitMs)
    {
        if (size.Records == 0) return 0;
        var hungry = false;
        foreach (var feed in feeds)
        {
            if (feed.SetAside) continue;
            feed.Balance(consumer, size.Tight);
            hungry |= feed.Run.Inbox.Remaining < HungryRecords;
        }
        if (hungry) return consumer.Poll(size.Records, size.Bytes, waitMs, atEnd);
        if (waitMs > 0) Thread.Sleep(1);
        return 0;
    }

    public void Dispose() => consumer.Dispose();
}

/// <summary>How much one poll may bring.</summary>
/// <param name="Records">Most records.</param>
/// <param name="Bytes">No more once these have come.</param>
/// <param name="Tight">Memory is tight: partitions of which anything waits are paused.</param>
internal readonly record struct FetchSize(int Records, long Bytes, bool Tight)
{
    private static readonly FetchSize Usual = new(8_192, 16 << 20, false), None = new(0, 0, true), Little = new(8_192, 64 << 10, true);

    /// <summary>Where memory is tight nothing comes while what is there gets on, and then little at a time, of partitions that have none.</summary>
    public static FetchSize Of(bool tight, bool getsOn) => (tight, getsOn) switch
    {
        (false, _) => Usual,
        (true, true) => None,
        (true, false) => Little,
    };
}
