using System.Diagnostics;
using System.Runtime.CompilerServices;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.State;

/// <summary>One key with what is kept for it. Free slots are on the array's free list and have <see cref="Live"/> 0.</summary>
internal struct KeyEntry<TValue> where TValue : unmanaged
{
    /// <summary>Next slot of the same bucket, -1 at the end. First, because a free record's first four bytes link the free list.</summary>
    public int Next;

    /// <summary>1 while the slot holds a key.</summary>
    public int Live;

    /// <summary>Hash of the key.</summary>
    public ulong Hash;

    /// <summary>The key itself, or where its text is kept.</summary>
    public long Key;

    /// <summary>What is kept for the key.</summary>
    public TValue Value;
}

/// <summary>
/// Hash table from a long or text key to a <typeparamref name="TValue"/>, in pages. It grows by linear hashing (Litwin 1980), one bucket per insertion,
/// so no insertion pays for rehashing the rest. A slot's index stays the same while its key is there.
/// Owner: the partition processor, on its lane's thread.
/// </summary>
internal sealed class KeyTable<TValue>(bool textKeys) where TValue : unmanaged
{
    private const int End = -1;
    private const int FirstBuckets = 16;

    private readonly PagedArray<int> buckets = new();
    private readonly PagedArray<KeyEntry<TValue>> slots = new();
    private readonly TextStore? texts = textKeys ? new TextStore() : null;

    /// <summary>Number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>Slot indexes are below this.</summary>
    public int HighWater => slots.HighWater;

    /// <summary>Bytes held in pages.</summary>
    public long Bytes => buckets.Bytes + slots.Bytes + (texts?.Bytes ?? 0);

    /// <summary>The slot of a long key, added with a zero value when it is new.</summary>
    public int FindOrAdd(long key, out bool added)
    {
        var hash = KeyHash.Of(key);
        var at = Find(hash, key);
        added = at == End;
        return added ? Add(hash, key) : at;
    }

    /// <summary>The slot of a text key, added with a zero value when it is new.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> key, out bool added)
    {
        var hash = KeyHash.Of(key);
        var at = Find(hash, key);
        added = at == End;
        return added ? Add(hash, texts!.Add(key)) : at;
    }

    /// <summary>The slot of row <paramref name="row"/>'s key.</summary>
    public int FindOrAdd(RowBatch batch, Column column, int row, out bool added) => texts is null
        ? FindOrAdd(column.Longs[row], out added)
        : FindOrAdd(batch.Text[column.Texts[row]], out added);

    /// <summary>The slot of a key, or -1 when it is not here. Changes nothing.</summary>
    public int Find(LookupKey key) => texts is null ? Find(KeyHash.Of(key.Number), key.Number) : Find(KeyHash.Of(key.Text), key.Text);

    /// <summary>Writes the slot's key into a row.</summary>
    public void CopyKey(int slot, RowBatch batch, Column column, int row)
    {
        var key = slots.Read(slot)[0].Key;
        if (texts is null) column.Longs[row] = key;
        else column.Texts[row] = batch.Text.Append(texts.Read(key));
    }

    /// <summary>Whether the slot holds a key.</summary>
    public bool IsLive(int slot) => slots.Read(slot)[0].Live == 1;

    /// <summary>The value to read.</summary>
    public ref readonly TValue Read(int slot) => ref slots.Read(slot)[0].Value;

    /// <summary>The value to change.</summary>
    public ref TValue Write(int slot) => ref slots.Write(slot)[0].Value;

    /// <summary>Forgets the slot's key and value.</summary>
    public void Remove(int slot)
    {
        ref var gone = ref slots.Write(slot)[0];
        Debug.Assert(gone.Live == 1);
        var bucket = BucketOf(gone.Hash);
        var at = buckets.Read(bucket)[0];
        if (at == slot) buckets.Write(bucket)[0] = gone.Next;
        else
        {
            while (slots.Read(at)[0].Next != slot) at = slots.Read(at)[0].Next;
            slots.Write(at)[0].Next = gone.Next;
        }
        texts?.Remove(gone.Key);
        gone.Live = 0;
        slots.Free(slot);
        Count--;
    }

    /// <summary>Frozen content, for a snapshot.</summary>
    public IEnumerable<PagedImage> Share() => [buckets.Share(), slots.Share(), .. texts?.Share() ?? []];

    /// <summary>Replaces the content with a snapshot's.</summary>
    public void Restore(SnapshotReader reader)
    {
        buckets.Restore(reader);
        slots.Restore(reader);
        texts?.Restore(reader);
        Count = 0;
        for (var i = 0; i < slots.HighWater; i++) Count += slots.Read(i)[0].Live;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ulong hash, long key)
    {
        for (var at = First(hash); at != End; at = slots.Read(at)[0].Next)
        {
            ref readonly var slot = ref slots.Read(at)[0];
            if (slot.Hash == hash && slot.Key == key) return at;
        }
        return End;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(ulong hash, ReadOnlySpan<byte> key)
    {
        for (var at = First(hash); at != End; at = slots.Read(at)[0].Next)
        {
            ref readonly var slot = ref slots.Read(at)[0];
            if (slot.Hash == hash && texts!.Read(slot.Key).SequenceEqual(key)) return at;
        }
        return End;
    }

    private int First(ulong hash) => buckets.HighWater == 0 ? End : buckets.Read(BucketOf(hash))[0];

    private int Add(ulong hash, long key)
    {
        if (buckets.HighWater == 0)
            for (var i = 0; i < FirstBuckets; i++) AddBucket();
        if (Count >= buckets.HighWater) Split();
        var added = slots.Allocate();
        var bucket = BucketOf(hash);
        slots.Write(added)[0] = new KeyEntry<TValue> { Next = buckets.Read(bucket)[0], Live = 1, Hash = hash, Key = key };
        buckets.Write(bucket)[0] = added;
        Count++;
        return added;
    }

    /// <summary>With n buckets and p the largest power of two not above n, buckets n - p and up to p - 1 are not split yet in this round.</summary>
    private int BucketOf(ulong hash)
    {
        var n = buckets.HighWater;
        var p = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)n + 1) / 2;
        var bucket = (int)(hash & (ulong)(2 * p - 1));
        return bucket < n ? bucket : bucket - p;
    }

    private void Split()
    {
        var n = buckets.HighWater;
        var p = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)n + 1) / 2;
        var from = n - p;
        var at = buckets.Read(from)[0];
        AddBucket();
        buckets.Write(from)[0] = End;
        while (at != End)
        {
            ref var slot = ref slots.Write(at)[0];
            var next = slot.Next;
            var bucket = BucketOf(slot.Hash);
            slot.Next = buckets.Read(bucket)[0];
            buckets.Write(bucket)[0] = at;
            at = next;
        }
    }

    private void AddBucket() => buckets.Write(buckets.Allocate())[0] = End;
}
