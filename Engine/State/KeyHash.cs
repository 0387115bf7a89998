using System.Buffers.Binary;
using System.Numerics;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.State;

/// <summary>
/// Hash of a key: the same in every process and version, because state layouts and the partition of a re-keyed row follow from it.
/// </summary>
internal static class KeyHash
{
    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Of(long key)
    {
        var z = (ulong)key + Odd;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Eight bytes at a time, multiplied and folded; the length seeds it.</summary>
    public static ulong Of(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length * Odd;
        while (key.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[8..];
        }
        ulong rest = 0;
        for (var i = 0; i < key.Length; i++) rest |= (ulong)key[i] << (8 * i);
        return Of((long)Fold(hash ^ rest));
    }

    /// <summary>Of a row's key.</summary>
    public static ulong Of(RowBatch batch, Column key, int row) => key.Type == ColumnType.String ? Of(batch.Text[key.Texts[row]]) : Of(key.Longs[row]);

    /// <summary>The partition of an internal topic that rows of a key go to.</summary>
    public static int Partition(ulong hash, int partitions) => (int)(hash % (ulong)partitions);

    private static ulong Fold(ulong x) => BitOperations.RotateLeft(x, 29) * Odd;
}
