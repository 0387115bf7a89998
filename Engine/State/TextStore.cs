using System.Buffers.Binary;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.State;

/// <summary>
/// Keeps texts in pages by size class (powers of two from 16 bytes), each as its length (4 bytes, little endian) and its bytes.
/// A reference is <c>class &lt;&lt; 32 | index</c>. Owner: its <see cref="KeyTable{TValue}"/>.
/// </summary>
internal sealed class TextStore
{
    private const int Smallest = 4;
    private readonly PagedArray<byte>?[] classes = new PagedArray<byte>?[28];

    public long Bytes => classes.Sum(c => c?.Bytes ?? 0);

    public long Add(ReadOnlySpan<byte> text)
    {
        var size = Math.Max(Smallest, 32 - int.LeadingZeroCount(text.Length + 3));
        var index = (classes[size] ??= new PagedArray<byte>(1 << size)).Allocate();
        var record = classes[size]!.Write(index);
        BinaryPrimitives.WriteInt32LittleEndian(record, text.Length);
        text.CopyTo(record[4..]);
        return ((long)size << 32) | (uint)index;
    }

    public ReadOnlySpan<byte> Read(long reference)
    {
        var record = classes[reference >> 32]!.Read((int)reference);
        return record.Slice(4, BinaryPrimitives.ReadInt32LittleEndian(record));
    }

    public void Remove(long reference) => classes[reference >> 32]!.Free((int)reference);

    public IEnumerable<PagedImage> Share()
    {
        foreach (var size in classes) yield return (size ?? new PagedArray<byte>(1 << Smallest)).Share();
    }

    public void Restore(SnapshotReader reader)
    {
        for (var size = 0; size < classes.Length; size++)
        {
            var pages = new PagedArray<byte>(1 << Math.Max(Smallest, size));
            pages.Restore(reader);
            classes[size] = pages.HighWater > 0 ? pages : null;
        }
    }
}
