namespace StreamGrains.Storage;

/// <summary>
/// Takes a blob's bytes in order and hands them on in parts of one size, so that no more than a part is in memory. The last part, which may be empty, waits to be taken.
/// Owner: one write, on its thread.
/// </summary>
/// <param name="partBytes">Size of every part but the last.</param>
/// <param name="send">Gets the parts in order, and is done with the bytes when it returns.</param>
internal sealed class PartedStream(int partBytes, Action<MemoryStream> send) : Stream
{
    private readonly MemoryStream part = new();
    private long sent;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => sent + part.Length;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    /// <summary>What was not sent, to be read from its beginning.</summary>
    public MemoryStream TakeRest()
    {
        part.Position = 0;
        return part;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // A full part goes only when more comes: so the last one is never empty behind others, and a blob of one part is known as such.
            if (part.Length == partBytes) Send();
            var taken = (int)Math.Min(buffer.Length, partBytes - part.Length);
            part.Write(buffer[..taken]);
            buffer = buffer[taken..];
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

    private void Send()
    {
        send(TakeRest());
        sent += part.Length;
        part.SetLength(0);
    }
}
