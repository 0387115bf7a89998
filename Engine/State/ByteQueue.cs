using System.Buffers.Binary;
using System.Diagnostics;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.State;

/// <summary>
/// First-in first-out queue of byte records in pages: a length (4 bytes, little endian), then the bytes; a record never spans pages.
/// Pages grow from 1 to 64 KB, so that few records take little memory.
/// A page once written is only appended to, and never after it was shared, so an image needs no copies.
/// Owner: one operator, on its lane's thread.
/// </summary>
internal sealed class ByteQueue
{
    private const int FirstBytes = 1024, PageBytes = 64 * 1024;
    private readonly Queue<Page> pages = new();
    private Page? last;

    /// <summary>Records in the queue.</summary>
    public int Count { get; private set; }

    public long Bytes => pages.Sum(p => (long)p.Data.Length);

    /// <summary>Appends a record of <paramref name="size"/> bytes and returns where to write it.</summary>
    public Span<byte> Enqueue(int size)
    {
        if (last is null || last.Shared || last.Data.Length - last.End < size + 4)
            pages.Enqueue(last = new Page { Data = new byte[Math.Max(NextBytes, size + 4)] });
        BinaryPrimitives.WriteInt32LittleEndian(last.Data.AsSpan(last.End), size);
        var record = last.Data.AsSpan(last.End + 4, size);
        last.End += size + 4;
        Count++;
        return record;
    }

    /// <summary>The oldest record; the queue is not empty.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        Debug.Assert(Count > 0);
        var page = pages.Peek();
        return page.Data.AsSpan(page.Start + 4, BinaryPrimitives.ReadInt32LittleEndian(page.Data.AsSpan(page.Start)));
    }

    /// <summary>Removes the oldest record.</summary>
    public void Dequeue()
    {
        var page = pages.Peek();
        page.Start += 4 + BinaryPrimitives.ReadInt32LittleEndian(page.Data.AsSpan(page.Start));
        Count--;
        if (page.Start < page.End) return;
        pages.Dequeue();
        if (page == last) last = null;
    }

    /// <summary>Twice the last page's, which was full unless it was shared.</summary>
    private int NextBytes => last is null ? FirstBytes : Math.Min(PageBytes, last.Shared ? last.Data.Length : last.Data.Length * 2);

    public PagedImage Share()
    {
        foreach (var page in pages) page.Shared = true;
        return new Image([.. pages.Select(p => p.Data.AsMemory(p.Start..p.End))], Count);
    }

    public void Restore(SnapshotReader reader)
    {
        pages.Clear();
        last = null;
        Count = 0;
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var size = reader.ReadInt32();
            reader.CheckRoom(size, "bytes of a waiting row");
            reader.ReadBytes(Enqueue(size));
        }
    }

    private sealed class Page
    {
        public required byte[] Data;
        public int Start, End;
        public bool Shared;
    }

    private sealed class Image(ReadOnlyMemory<byte>[] pages, int count) : PagedImage
    {
        public override long Length => 4 + pages.Sum(page => (long)page.Length);

        public override void WriteTo(SnapshotWriter writer)
        {
            writer.WriteInt32(count);
            foreach (var page in pages) writer.WriteBytes(page.Span);
        }
    }
}
