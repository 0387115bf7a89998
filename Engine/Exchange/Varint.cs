using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Exchange;

/// <summary>Integers in as few bytes as they need: zigzag, then base 128, least significant group first (as Protocol Buffers do).</summary>
internal static class Varint
{
    public const int MaxBytes = 10;

    public static void Append(ByteArena target, long value)
    {
        var span = target.Reserve(MaxBytes);
        target.Take(Write(span, value));
    }

    public static int Write(Span<byte> target, long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        var length = 0;
        for (; bits >= 0x80; bits >>= 7) target[length++] = (byte)(bits | 0x80);
        target[length++] = (byte)bits;
        return length;
    }

    /// <summary>Takes a number off <paramref name="source"/>; false when it ends too early or is longer than any number.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> source, out long value)
    {
        ulong bits = 0;
        for (var i = 0; i < source.Length && i < MaxBytes; i++)
        {
            bits |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] >= 0x80) continue;
            source = source[(i + 1)..];
            value = (long)(bits >> 1) ^ -(long)(bits & 1);
            return true;
        }
        value = 0;
        return false;
    }
}
