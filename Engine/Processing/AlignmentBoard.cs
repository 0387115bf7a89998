namespace StreamGrains.Engine.Processing;

/// <summary>
/// Keeps the partitions of a source together in event time: each lane posts how far its partitions have come, and none may run further ahead of the
/// last one than the bound. A partition's progress includes the next record's time once it is known, so the last one can always go on.
/// Partitions that other processes run take no part in that; of their watermarks is known what internal topics tell. Any thread; single words.
/// </summary>
public sealed class AlignmentBoard
{
    private readonly long[] progress;
    private readonly long[] watermarks;
    private readonly bool[] elsewhere;
    private readonly long[] heardAt;
    private readonly long boundMs;

    /// <summary>A board for so many partitions and a bound in milliseconds. Everybody waits for partitions that have not shown up yet.</summary>
    public AlignmentBoard(int partitions, long boundMs)
    {
        this.boundMs = boundMs;
        progress = new long[partitions];
        watermarks = new long[partitions];
        elsewhere = new bool[partitions];
        heardAt = new long[partitions];
        Array.Fill(progress, long.MinValue);
        Array.Fill(watermarks, long.MinValue);
    }

    /// <summary>Posts a partition's progress and watermark.</summary>
    public void Post(int partition, long eventTime, long watermark)
    {
        Volatile.Write(ref elsewhere[partition], false);
        Volatile.Write(ref progress[partition], eventTime);
        Volatile.Write(ref watermarks[partition], watermark);
    }

    /// <summary>The partition is idle or has ended: nobody waits for it, until it posts again.</summary>
    public void Leave(int partition)
    {
        Volatile.Write(ref elsewhere[partition], false);
        Volatile.Write(ref progress[partition], long.MaxValue);
        Volatile.Write(ref watermarks[partition], long.MaxValue);
    }

    /// <summary>Another process runs the partition, or nobody: nobody here waits for it.</summary>
    public void Part(int partition)
    {
        Leave(partition);
        Volatile.Write(ref elsewhere[partition], true);
    }

    /// <summary>An internal topic tells a partition's watermark; <paramref name="now"/> is in milliseconds of a steady clock. Of partitions that run here more is known.</summary>
    public void Hear(int partition, long watermark, long now)
    {
        if (!Volatile.Read(ref elsewhere[partition])) return;
        var known = Volatile.Read(ref watermarks[partition]);
        if (known != long.MaxValue && watermark <= known) return;
        Volatile.Write(ref watermarks[partition], watermark);
        Volatile.Write(ref heardAt[partition], now);
    }

    /// <summary>No event later than this may be taken now.</summary>
    public long TimeLimit()
    {
        var last = long.MaxValue;
        for (var p = 0; p < progress.Length; p++) last = Math.Min(last, Volatile.Read(ref progress[p]));
        return last > long.MaxValue - boundMs || last == long.MinValue ? last : last + boundMs;
    }

    /// <summary>
    /// The watermark that idle partitions follow: the smallest of the others', or <see cref="long.MinValue"/> when there is none. A partition of another
    /// process of which nothing new was heard for <paramref name="idleAfterMs"/> counts as idle.
    /// </summary>
    public long FollowWatermark(long now, long idleAfterMs)
    {
        var smallest = long.MaxValue;
        for (var p = 0; p < watermarks.Length; p++)
            if (!Volatile.Read(ref elsewhere[p]) || now - Volatile.Read(ref heardAt[p]) < idleAfterMs) smallest = Math.Min(smallest, Volatile.Read(ref watermarks[p]));
        return smallest == long.MaxValue ? long.MinValue : smallest;
    }
}
