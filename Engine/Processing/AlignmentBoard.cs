namespace StreamGrains.Engine.Processing;

/// <summary>
/// Keeps the partitions of a source together in event time: each lane posts how far its partitions have come, and none may run further ahead of the
/// last one than the bound. A partition's progress includes the next record's time once it is known, so the last one can always go on.
/// Any thread; single words.
/// </summary>
public sealed class AlignmentBoard
{
    private readonly long[] progress;
    private readonly long[] watermarks;
    private readonly long boundMs;

    /// <summary>A board for so many partitions and a bound in milliseconds.</summary>
    public AlignmentBoard(int partitions, long boundMs)
    {
        this.boundMs = boundMs;
        progress = new long[partitions];
        watermarks = new long[partitions];
        Array.Fill(progress, long.MinValue);
        Array.Fill(watermarks, long.MinValue);
    }

    /// <summary>Posts a partition's progress and watermark.</summary>
    public void Post(int partition, long eventTime, long watermark)
    {
        Volatile.Write(ref progress[partition], eventTime);
        Volatile.Write(ref watermarks[partition], watermark);
    }

    /// <summary>The partition is idle or has ended: nobody waits for it, until it posts again.</summary>
    public void Leave(int partition)
    {
        Volatile.Write(ref progress[partition], long.MaxValue);
        Volatile.Write(ref watermarks[partition], long.MaxValue);
    }

    /// <summary>No event later than this may be taken now.</summary>
    public long TimeLimit()
    {
        var last = Smallest(progress);
        return last > long.MaxValue - boundMs || last == long.MinValue ? last : last + boundMs;
    }

    /// <summary>The watermark that idle partitions follow: the smallest of the others', or <see cref="long.MinValue"/> when there is none.</summary>
    public long FollowWatermark() => Smallest(watermarks) is var smallest && smallest == long.MaxValue ? long.MinValue : smallest;

    private static long Smallest(long[] values)
    {
        var smallest = long.MaxValue;
        for (var i = 0; i < values.Length; i++) smallest = Math.Min(smallest, Volatile.Read(ref values[i]));
        return smallest;
    }
}
