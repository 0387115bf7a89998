namespace StreamGrains.Chaos.Check;

/// <summary>How long after one fault results came again.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, milliseconds since the epoch.</param>
internal sealed record Recovery(string Kind, long At)
{
    /// <summary>Milliseconds until the first new result was there to read, committed; null before.</summary>
    public long? First { get; set; }

    /// <summary>Milliseconds until every slot of the job had written one; null before.</summary>
    public long? All { get; set; }
}

/// <summary>
/// Measures from a fault to the first committed result that the broker wrote after it, and to the first of every slot. Any thread.
/// </summary>
internal sealed class RecoveryClock(int partitions)
{
    /// <summary>What was under way to the broker when the fault came is not new.</summary>
    private const long UnderWayMs = 100;

    private readonly object gate = new();
    private readonly List<Recovery> all = [];
    private (Recovery Recovery, ulong Seen)? open;

    /// <summary>Every fault so far.</summary>
    public IReadOnlyList<Recovery> Faults
    {
        get
        {
            lock (gate) return [.. all];
        }
    }

    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>A fault has happened just now.</summary>
    public Recovery Begin(string kind)
    {
        lock (gate)
        {
            var recovery = new Recovery(kind, Now);
            all.Add(recovery);
            open = (recovery, 0);
            return recovery;
        }
    }

    /// <summary>A committed result was read.</summary>
    /// <param name="partition">What it is a result of: a slot, or a partition of a sink.</param>
    /// <param name="appended">When the broker wrote it, milliseconds since the epoch.</param>
    public void Saw(int partition, long appended)
    {
        if (open is null) return;
        lock (gate)
        {
            if (open is not { } watched || appended <= watched.Recovery.At + UnderWayMs) return;
            var seen = watched.Seen | (1UL << partition);
            watched.Recovery.First ??= Now - watched.Recovery.At;
            if (seen == (1UL << partitions) - 1)
            {
                watched.Recovery.All = Now - watched.Recovery.At;
                open = null;
                Monitor.PulseAll(gate);
                return;
            }
            open = (watched.Recovery, seen);
        }
    }

    /// <summary>Waits until results of every slot come again. False when they do not within <paramref name="patience"/>.</summary>
    public bool Wait(Recovery recovery, TimeSpan patience)
    {
        var end = Now + (long)patience.TotalMilliseconds;
        lock (gate)
        {
            while (recovery.All is null && end > Now) Monitor.Wait(gate, TimeSpan.FromMilliseconds(200));
            return recovery.All is not null;
        }
    }
}
