namespace StreamGrains.Chaos.Ledger;

/// <summary>A set of event numbers, a bit each. Owner: one thread.</summary>
internal sealed class NumberSet
{
    private const int ChunkBits = 20;
    private readonly List<ulong[]> chunks = [];

    /// <summary>How many numbers it has.</summary>
    public long Count { get; private set; }

    /// <summary>False when the number was there already.</summary>
    public bool Add(long number)
    {
        var chunk = (int)(number >> ChunkBits);
        while (chunks.Count <= chunk) chunks.Add(new ulong[1 << (ChunkBits - 6)]);
        ref var word = ref chunks[chunk][(number >> 6) & ((1 << (ChunkBits - 6)) - 1)];
        var bit = 1UL << (int)(number & 63);
        if ((word & bit) != 0) return false;
        word |= bit;
        Count++;
        return true;
    }

    public bool Contains(long number)
    {
        var chunk = (int)(number >> ChunkBits);
        return chunk < chunks.Count && (chunks[chunk][(number >> 6) & ((1 << (ChunkBits - 6)) - 1)] & (1UL << (int)(number & 63))) != 0;
    }
}
