using System.Text;

namespace StreamGrains.Engine.Columns;

/// <summary>A piece of UTF-8 text in a <see cref="ByteArena"/>: start and length in bytes.</summary>
public readonly record struct ByteSlice(int Start, int Length);

/// <summary>
/// The bytes behind a batch's text: append only, emptied as a whole. A span taken from it is valid until the next append.
/// Owner: the partition processor that owns the batch; used on its lane's thread only.
/// </summary>
public sealed class ByteArena
{
    private const int FirstBytes = 1024;

    // What is large grows by a quarter, so that a record of some megabytes is not given twice its size.
    private const int LargeBytes = 4 << 20;
    private byte[] bytes = [];

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory that it has, in use or not.</summary>
    public int Capacity => bytes.Length;

    /// <summary>All bytes in use.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>The text of <paramref name="slice"/>.</summary>
    public ReadOnlySpan<byte> this[ByteSlice slice] => bytes.AsSpan(slice.Start, slice.Length);

    /// <summary>Copies <paramref name="text"/> in.</summary>
    public ByteSlice Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        return Take(text.Length);
    }

    /// <summary>Copies <paramref name="text"/> in as UTF-8.</summary>
    public ByteSlice Append(string text) => Take(Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length))));

    /// <summary>Room for at least <paramref name="size"/> bytes, to be filled and then claimed with <see cref="Take"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if (bytes.Length - Length < size) Grow(Length + size);
        return bytes.AsSpan(Length);
    }

    private void Grow(int least)
    {
        var usual = bytes.Length < LargeBytes ? Math.Max(bytes.Length * 2, FirstBytes) : bytes.Length / 4 * 5;
        var grown = GC.AllocateUninitializedArray<byte>(Math.Max(usual, least));
        Written.CopyTo(grown);
        bytes = grown;
    }

    /// <summary>Claims the first <paramref name="size"/> bytes of what <see cref="Reserve"/> returned last.</summary>
    public ByteSlice Take(int size)
    {
        var slice = new ByteSlice(Length, size);
        Length += size;
        return slice;
    }

    /// <summary>Forgets everything; every slice becomes invalid. The memory stays.</summary>
    public void Clear() => Length = 0;

    /// <summary>Gives the memory of an empty arena back, if it is more than <paramref name="keep"/> bytes.</summary>
    public void Release(int keep)
    {
        if (Length == 0 && bytes.Length > keep) bytes = [];
    }
}
