using StreamGrains.Engine.Decode;

namespace StreamGrains.Engine.Journal;

/// <summary>
/// How many records of an input a processor has taken since its job first started, and a sum of hashes of their offsets, times and lengths. It is part of the processor's state and stands
/// in every commit: where a replay comes to another, the input is not what it was (compacted, cut, or of another topic), and the state would not be what the outputs were made of.
/// </summary>
/// <param name="Count">Records.</param>
/// <param name="Hash">Sum of the hashes of all of them.</param>
public readonly record struct InputTally(long Count, ulong Hash)
{
    /// <summary>With one record more.</summary>
    public InputTally With(in RawRecord record) => new(Count + 1, Hash + HashOf(record));

    /// <summary>The finalizer of SplitMix64 over offset, time and lengths. Pinned: stored tallies rest on it.</summary>
    private static ulong HashOf(in RawRecord record)
    {
        var z = (ulong)record.Offset * 0x9E3779B97F4A7C15 + (ulong)record.Timestamp * 0xD6E8FEB86659FD93 + (((ulong)(uint)record.Key.Length << 32) | (uint)record.Value.Length);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
