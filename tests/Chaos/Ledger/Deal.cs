using System.Numerics;

namespace StreamGrains.Chaos.Ledger;

/// <summary>
/// Deals the numbers 0, 1, 2, ... to 2^bits keys: of every 2^bits numbers in a row each key gets one, in an order that differs from block to block. So the numbers
/// of a key can be listed without remembering any.
/// </summary>
internal sealed class Deal(int bits, ulong salt)
{
    private readonly long mask = (1L << bits) - 1;

    public int Keys => 1 << bits;

    public long BlockOf(long number) => number >> bits;

    public int KeyOf(long number)
    {
        var (factor, offset) = Order(number >> bits);
        return (int)((number * factor + offset) & mask);
    }

    /// <summary>The one number of the block that the key got.</summary>
    public long NumberOf(long block, int key)
    {
        var (factor, offset) = Order(block);
        // Newton's iteration for the inverse of an odd number modulo a power of two: every step doubles the bits that are right.
        var inverse = factor;
        for (var right = 3; right < bits; right *= 2) inverse *= 2 - factor * inverse;
        return (block << bits) | (((key - offset) * inverse) & mask);
    }

    /// <summary>Within a block: key = number * factor + offset.</summary>
    private (long Factor, long Offset) Order(long block)
    {
        var hash = Mix.Of(block, salt);
        return ((long)(hash | 1) & mask, (long)BitOperations.RotateRight(hash, 32) & mask);
    }
}

/// <summary>A number made of a number, the same everywhere: the finaliser of SplitMix64.</summary>
internal static class Mix
{
    public static ulong Of(long number, ulong salt)
    {
        var z = (ulong)number * 0x9E3779B97F4A7C15 + salt;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
