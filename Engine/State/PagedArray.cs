using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.State;

/// <summary>
/// A growing array of records, each <c>stride</c> values of <typeparamref name="T"/>, in pages of about 32 KB; the first page grows up to that, so that little
/// state takes little memory. Freed records are reused in
/// last-freed-first order, so the layout is a function of the calls made. <see cref="Share"/> freezes the present content for a
/// snapshot writer on another thread: a shared page is copied when it is next written, and never otherwise.
/// Owner: the partition processor, on its lane's thread; at most one image is alive at a time.
/// </summary>
internal sealed class PagedArray<T> where T : unmanaged
{
    private const int PageBytes = 32 * 1024;
    private const int FirstBytes = 512;
    private const int End = -1;

    private readonly int stride;
    private readonly int shift;
    private readonly int mask;
    private T[][] pages = [];
    private bool[] shared = [];
    private PagedImage? image;
    private int firstFree = End;

    public PagedArray(int stride = 1)
    {
        Debug.Assert(stride > 0 && stride * Unsafe.SizeOf<T>() >= sizeof(int), "a free record holds the index of the next one");
        this.stride = stride;
        shift = Math.Max(0, 31 - int.LeadingZeroCount(PageBytes / (stride * Unsafe.SizeOf<T>())));
        if (PageBytes < stride * Unsafe.SizeOf<T>()) shift = 0;
        mask = (1 << shift) - 1;
    }

    /// <summary>Records ever allocated and not counted back: indexes are below this.</summary>
    public int HighWater { get; private set; }

    /// <summary>Bytes held in pages.</summary>
    public long Bytes => pages.Sum(page => (long)(page?.Length ?? 0)) * Unsafe.SizeOf<T>();

    /// <summary>The record to read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Read(int index) => pages[index >> shift].AsSpan((index & mask) * stride, stride);

    /// <summary>The record to change.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Write(int index)
    {
        var page = index >> shift;
        if (shared[page]) Unshare(page);
        return pages[page].AsSpan((index & mask) * stride, stride);
    }

    /// <summary>A record, zeroed.</summary>
    public int Allocate()
    {
        if (firstFree != End)
        {
            var reused = firstFree;
            var record = Write(reused);
            firstFree = Link(record);
            record.Clear();
            return reused;
        }
        var page = HighWater >> shift;
        if (page == pages.Length) AddPageSlot();
        if (page == 0 && HighWater * stride == (pages[0]?.Length ?? 0)) GrowFirst();
        else pages[page] ??= new T[PerPage];
        return HighWater++;
    }

    /// <summary>Gives a record back; its content is gone.</summary>
    public void Free(int index)
    {
        var record = Write(index);
        Link(record) = firstFree;
        firstFree = index;
    }

    /// <summary>An image of the present content for another thread to write; <see cref="PagedImage.Release"/> ends it.</summary>
    public PagedImage Share()
    {
        Debug.Assert(image is null or { Released: true }, "one image at a time");
        var used = (HighWater + mask) >> shift;
        Array.Fill(shared, true, 0, used);
        var frozen = new ReadOnlyMemory<T>[used];
        for (var i = 0; i < used; i++) frozen[i] = pages[i].AsMemory(0, RecordsOf(i) * stride);
        return image = new Image(frozen, HighWater, firstFree);
    }

    /// <summary>Replaces the content with an image's.</summary>
    public void Restore(SnapshotReader reader)
    {
        HighWater = reader.ReadInt32();
        firstFree = reader.ReadInt32();
        reader.CheckRoom((long)HighWater * stride * Unsafe.SizeOf<T>(), "bytes of records");
        var used = (int)((HighWater + (long)mask) >> shift);
        pages = new T[used][];
        shared = new bool[used];
        for (var i = 0; i < used; i++)
        {
            pages[i] = new T[used > 1 ? PerPage : RecordsOf(i) * stride];
            reader.ReadBytes(MemoryMarshal.AsBytes(pages[i].AsSpan(0, RecordsOf(i) * stride)));
        }
        if (HighWater < 0 || firstFree < End || firstFree >= HighWater) throw new SnapshotDamaged("a free list points outside its pages");
    }

    private int PerPage => (mask + 1) * stride;

    private int RecordsOf(int page) => Math.Min(mask + 1, HighWater - (page << shift));

    private static ref int Link(Span<T> record) => ref MemoryMarshal.Cast<T, int>(record)[0];

    private void AddPageSlot()
    {
        Array.Resize(ref pages, Math.Max(4, pages.Length * 2));
        Array.Resize(ref shared, pages.Length);
    }

    /// <summary>An image keeps the page that it has; the larger one is not shared.</summary>
    private void GrowFirst()
    {
        var length = Math.Max(stride, pages[0] is { } page ? page.Length * 2 : FirstBytes / Unsafe.SizeOf<T>() / stride * stride);
        Array.Resize(ref pages[0], Math.Min(PerPage, length));
        shared[0] = false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Unshare(int page)
    {
        if (image is { Released: false }) pages[page] = (T[])pages[page].Clone();
        shared[page] = false;
    }

    private sealed class Image(ReadOnlyMemory<T>[] pages, int highWater, int firstFree) : PagedImage
    {
        public override long Length => 8 + pages.Sum(page => (long)page.Length) * Unsafe.SizeOf<T>();

        public override void WriteTo(SnapshotWriter writer)
        {
            writer.WriteInt32(highWater);
            writer.WriteInt32(firstFree);
            foreach (var page in pages) writer.WriteBytes(MemoryMarshal.AsBytes(page.Span));
        }
    }
}

/// <summary>Frozen content of a paged structure. Written by the snapshot writer's thread, then released.</summary>
internal abstract class PagedImage
{
    private volatile bool released;

    /// <summary>Whether the pages may be written in place again.</summary>
    public bool Released => released;

    /// <summary>Bytes that it writes.</summary>
    public abstract long Length { get; }

    /// <summary>Writes the content in the form that the structure's <c>Restore</c> reads.</summary>
    public abstract void WriteTo(SnapshotWriter writer);

    /// <summary>The writer is done with the pages.</summary>
    public void Release() => released = true;
}

/// <summary>A single number among the images of an operator.</summary>
internal sealed class NumberImage(long value) : PagedImage
{
    public override long Length => 8;

    public override void WriteTo(SnapshotWriter writer) => writer.WriteInt64(value);
}
