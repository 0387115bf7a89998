namespace StreamGrains.Engine.Ports;

/// <summary>
/// Committed records of a slot's partitions of one topic, which go on to an outside system, and how far they have gone. Begins where the last owner left it. Calls may block and throw
/// <see cref="JobFailed"/> or <see cref="IOException"/>: open a new one then. Owner: one relay, on its thread.
/// </summary>
public interface IOutbox : IDisposable
{
    /// <summary>The next records, at most <paramref name="most"/>, each partition's in order; with none there, waits up to <paramref name="wait"/> for the first.</summary>
    IReadOnlyList<OutboxRecord> Read(int most, TimeSpan wait);

    /// <summary>Everything that was read has gone on, and is not needed any more. Until this returns, the next owner may read it again.</summary>
    void Done();
}

/// <summary>One record on its way out.</summary>
/// <param name="Partition">Partition of the topic.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="TimeMs">Its event time, milliseconds since the epoch.</param>
/// <param name="Key">Its key, as text.</param>
/// <param name="Value">Its value, as text.</param>
public sealed record OutboxRecord(int Partition, long Offset, long TimeMs, string Key, string Value);
