namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Knows how a slot's snapshots go: when the last became durable, and since when there is state that none covers. Owner: the slot's host, on its lane.
/// </summary>
internal sealed class SnapshotWatch
{
    private DateTimeOffset? waiting, beingWritten;

    /// <summary>When the last snapshot became durable here; null before the first.</summary>
    public DateTimeOffset? LastDurable { get; private set; }

    /// <summary>Since when there is state that no durable snapshot covers; null while there is none.</summary>
    public DateTimeOffset? UncoveredSince => beingWritten ?? waiting;

    /// <summary>Something was taken that the last snapshot that was begun does not hold.</summary>
    public void Changed(DateTimeOffset now) => waiting ??= now;

    /// <summary>A snapshot of everything up to now is on its way.</summary>
    public void Begun() => (beingWritten, waiting) = (UncoveredSince, null);

    /// <summary>It is durable, or could not be written.</summary>
    public void Ended(bool durable, DateTimeOffset now)
    {
        if (durable) LastDurable = now;
        else waiting = UncoveredSince;
        beingWritten = null;
    }

    /// <summary>Since when there is state without a snapshot, when that is longer than it may be: three times the time between two snapshots. Pure.</summary>
    public static DateTimeOffset? Overdue(DateTimeOffset? uncovered, int everyMs, DateTimeOffset now) => uncovered is { } since && now - since > TimeSpan.FromMilliseconds(3.0 * everyMs) ? since : null;
}
