namespace StreamGrains.Storage;

/// <summary>
/// A blob that lies elsewhere as a seekable stream, fetched range by range, with one range in memory. Owner: whoever opened it, one thread at a time.
/// </summary>
/// <remarks>Not the libraries' own read streams: an engine takes <see cref="IOException"/> for a store that does not answer, and theirs throw what is theirs.</remarks>
/// <param name="length">Length of the blob in bytes.</param>
/// <param name="fetch">Fills a buffer from an offset; throws when it cannot, or when the blob is another one by now.</param>
internal sealed class RangeStream(long length, Action<long, Memory<byte>> fetch) : Stream
{
    private const int RangeBytes = 8 << 20;

    private byte[] range = [];
    private long start;
    private int held;
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), "before the beginning");
    }

    public override int Read(Span<byte> buffer)
    {
        if (position >= length || buffer.IsEmpty) return 0;
        if (position < start || position >= start + held) Fetch();
        var from = (int)(position - start);
        var count = Math.Min(buffer.Length, held - from);
        range.AsSpan(from, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Fetch()
    {
        var count = (int)Math.Min(RangeBytes, length - position);
        if (range.Length < count) range = new byte[count];
        // Until the range is whole, nothing is held.
        held = 0;
        fetch(position, range.AsMemory(0, count));
        (start, held) = (position, count);
    }
}
