using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps.Window;

/// <summary>
/// The windows of one partition that are still open: for each window start, in order, a list of entries, one per key in order of first appearance.
/// <code>
/// words of an entry   0        window start
///                     1        key's next entry (low 32 bits), slot of the key (high 32 bits)
///                     2        window's next entry, -1 at the end
///                     3..      partial aggregate (AggregateLayout)
/// </code>
/// Owner: its <see cref="WindowOperator"/>.
/// </summary>
internal sealed class OpenWindows(bool textKeys, int aggregateWords)
{
    private const int Aggregates = 3;

    private readonly KeyTable<int> keys = new(textKeys);
    private readonly PagedArray<long> entries = new(Aggregates + aggregateWords);
    private readonly List<Open> open = [];

    public StateSize Size => new(keys.Count, keys.Bytes + entries.Bytes);

    /// <summary>First entry of the window that closes next.</summary>
    public int FirstEntry => open[0].First;

    /// <summary>Start of the window that closes next.</summary>
    public bool TryFirst(out long start)
    {
        start = open.Count > 0 ? open[0].Start : 0;
        return open.Count > 0;
    }

    /// <summary>The partial aggregate to add to, of the row's key in the window that starts at <paramref name="start"/>.</summary>
    public Span<long> FindOrAdd(RowBatch batch, Column column, int row, long start)
    {
        var slot = keys.FindOrAdd(batch, column, row, out var added);
        if (added) keys.Write(slot) = -1;
        for (var at = keys.Read(slot); at >= 0;)
        {
            var entry = entries.Read(at);
            if (entry[0] == start) return entries.Write(at)[Aggregates..];
            at = (int)entry[1];
        }
        var fresh = entries.Allocate();
        var words = entries.Write(fresh);
        words[0] = start;
        words[1] = ((long)slot << 32) | (uint)keys.Read(slot);
        words[2] = -1;
        keys.Write(slot) = fresh;
        Link(start, fresh);
        return words[Aggregates..];
    }

    /// <summary>Entries of a key with the starts of their windows, oldest window first; empty for a key without any.</summary>
    public IReadOnlyList<(long Start, int Entry)> EntriesOf(LookupKey key)
    {
        var found = new List<(long Start, int Entry)>();
        if (keys.Find(key) is >= 0 and var slot)
            for (var at = keys.Read(slot); at >= 0; at = (int)entries.Read(at)[1]) found.Add((entries.Read(at)[0], at));
        found.Sort();
        return found;
    }

    public ReadOnlySpan<long> Aggregate(int entry) => entries.Read(entry)[Aggregates..];

    public void CopyKey(int entry, RowBatch batch, Column column, int row) => keys.CopyKey(SlotOf(entry), batch, column, row);

    /// <summary>Takes an entry of the first window from its key, and returns the window's next one. A key without entries is forgotten.</summary>
    public int RemoveEntry(int entry)
    {
        var slot = SlotOf(entry);
        var words = entries.Read(entry);
        var after = (int)words[1];
        var next = (int)words[2];
        var at = keys.Read(slot);
        if (at == entry) keys.Write(slot) = after;
        else
        {
            while ((int)entries.Read(at)[1] != entry) at = (int)entries.Read(at)[1];
            entries.Write(at)[1] = ((long)slot << 32) | (uint)after;
        }
        if (keys.Read(slot) < 0) keys.Remove(slot);
        entries.Free(entry);
        return next;
    }

    /// <summary>Forgets the first window; its entries are gone already.</summary>
    public void RemoveFirst() => open.RemoveAt(0);

    public IEnumerable<PagedImage> Share() => [.. keys.Share(), entries.Share(), new Directory([.. open])];

    public void Restore(SnapshotReader reader)
    {
        keys.Restore(reader);
        entries.Restore(reader);
        open.Clear();
        for (var left = reader.ReadInt32(); left > 0; left--)
            open.Add(new Open { Start = reader.ReadInt64(), First = reader.ReadInt32(), Last = reader.ReadInt32() });
    }

    private int SlotOf(int entry) => (int)(entries.Read(entry)[1] >> 32);

    private void Link(long start, int entry)
    {
        var at = open.Count;
        while (at > 0 && open[at - 1].Start > start) at--;
        if (at == 0 || open[at - 1].Start != start)
        {
            open.Insert(at, new Open { Start = start, First = entry, Last = entry });
            return;
        }
        var window = open[at - 1];
        entries.Write(window.Last)[2] = entry;
        open[at - 1] = window with { Last = entry };
    }

    private record struct Open
    {
        public long Start;
        public int First, Last;
    }

    private sealed class Directory(Open[] open) : PagedImage
    {
        public override long Length => 4 + 16L * open.Length;

        public override void WriteTo(SnapshotWriter writer)
        {
            writer.WriteInt32(open.Length);
            foreach (var window in open)
            {
                writer.WriteInt64(window.Start);
                writer.WriteInt32(window.First);
                writer.WriteInt32(window.Last);
            }
        }
    }
}
