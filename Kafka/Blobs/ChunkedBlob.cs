using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Kafka.Blobs;

/// <summary>
/// Takes a blob's bytes and keeps them as chunks, up to a limit: a write that throws, or is too large, has sent nothing. Owner: one write, on its thread.
/// </summary>
/// <param name="maxBytes">Most bytes.</param>
/// <param name="tooLarge">Makes the exception for more than that.</param>
internal sealed class ChunkedBlob(long maxBytes, Func<Exception> tooLarge) : Stream
{
    private readonly List<byte[]> full = [];
    private byte[] open = [];
    private int used;
    private long length;
    private uint crc = ~0u;

    public uint Checksum => ~crc;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position
    {
        get => length;
        set => throw new NotSupportedException();
    }

    /// <summary>All chunks in order.</summary>
    public IReadOnlyList<byte[]> Chunks() => used == 0 ? full : [.. full, open[..used]];

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > maxBytes - length) throw tooLarge();
        crc = Crc32C.Append(crc, buffer);
        length += buffer.Length;
        while (buffer.Length > 0)
        {
            // Small blobs take little memory.
            if (used == open.Length) Array.Resize(ref open, Math.Clamp(open.Length * 2, 4096, BlobFormat.ChunkBytes));
            var taken = Math.Min(buffer.Length, open.Length - used);
            buffer[..taken].CopyTo(open.AsSpan(used));
            buffer = buffer[taken..];
            used += taken;
            if (used < BlobFormat.ChunkBytes) continue;
            full.Add(open);
            (open, used) = ([], 0);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
