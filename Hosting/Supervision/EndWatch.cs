using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Supervision;

/// <summary>
/// How far partitions reach, as of a moment ago: asked of Kafka in the background, at most every two seconds and only while somebody looks, so that nobody who looks waits
/// for a broker. Any thread.
/// </summary>
internal sealed class EndWatch(IJobCluster cluster, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private IReadOnlyDictionary<TopicSlice, OffsetRange> ends = new Dictionary<TopicSlice, OffsetRange>();
    private Task asking = Task.CompletedTask;
    private long askedAt;

    /// <summary>Records of the partition from <paramref name="position"/> on; null while that is not known.</summary>
    public long? Lag(TopicSlice partition, long position) =>
        Volatile.Read(ref ends).TryGetValue(partition, out var range) ? Math.Max(0, range.Next - position) : null;

    /// <summary>Asks for these partitions, unless that was done a moment ago.</summary>
    public void Look(IReadOnlyCollection<TopicSlice> partitions)
    {
        lock (gate)
        {
            if (partitions.Count == 0 || !asking.IsCompleted || (askedAt != 0 && time.GetElapsedTime(askedAt) < Fresh)) return;
            askedAt = time.GetTimestamp();
            // Kafka may not answer for half a minute, and the pool's threads are few.
            asking = Task.Factory.StartNew(() => Ask(partitions), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Completes when nobody asks any more.</summary>
    public Task Quiet()
    {
        lock (gate) return asking;
    }

    private void Ask(IReadOnlyCollection<TopicSlice> partitions)
    {
        try
        {
            Volatile.Write(ref ends, cluster.Ranges(partitions));
        }
        catch (Exception)
        {
            // Not known for the moment. A broker that is away is the lanes' business, who say so.
            Volatile.Write(ref ends, new Dictionary<TopicSlice, OffsetRange>());
        }
    }
}
