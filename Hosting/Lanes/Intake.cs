using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// One consumer of a lane and the partitions it fetches. It is asked for records only while one of them is short of records: the rest waits in the client, which
/// stops fetching by itself. Sources and internal topics have an intake each, so that rows on their way never queue behind a replay.
/// Owner: the lane, on its thread.
/// </summary>
internal sealed class Intake : IDisposable
{
    private const int HungryRecords = 8_192;
    private const int PollRecords = 8_192;

    private readonly ILaneConsumer consumer;
    private readonly List<RunFeed> feeds = [];
    private readonly Dictionary<TopicSlice, RunFeed> bySlice = [];
    private readonly Action<TopicSlice, long> atEnd;

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

    /// <summary>Moves what has arrived into the inboxes; with nothing there, waits up to <paramref name="waitMs"/> for it. Returns the number of records.</summary>
    public int Poll(int waitMs)
    {
        var hungry = false;
        foreach (var feed in feeds)
        {
            feed.Balance(consumer);
            hungry |= feed.Run.Inbox.Remaining < HungryRecords;
        }
        if (hungry) return consumer.Poll(PollRecords, waitMs, atEnd);
        if (waitMs > 0) Thread.Sleep(1);
        return 0;
    }

    public void Dispose() => consumer.Dispose();
}
