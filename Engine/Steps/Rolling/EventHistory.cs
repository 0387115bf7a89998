using System.Diagnostics;
using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps.Rolling;

/// <summary>Where one key's events lie: a doubly linked list of chunks in time order. Both are -1 for no events.</summary>
internal struct HistoryEnds
{
    public int Head;
    public int Tail;
}

/// <summary>
/// Events of many keys, in time order per key, in chunks of <see cref="Capacity"/>; events of one time keep the order of arrival.
/// Each chunk carries the partial aggregate of its events, so a window's result costs its chunks and not its events, nothing is ever
/// subtracted, and an event out of order is just an insertion.
/// <code>
/// words of a chunk   0        previous chunk (low 32 bits), next chunk (high 32 bits), -1 for none
///                    1        number of events n
///                    2..      event times, ascending
///                    then     per value: its bits for each event
///                    then     partial aggregate of the n events (AggregateLayout)
/// </code>
/// Owner: the rolling operator, on its lane's thread.
/// </summary>
internal sealed class EventHistory(AggregateLayout layout)
{
    private const int Capacity = 16;
    private const int Times = 2;
    private const int Values = Times + Capacity;

    private readonly PagedArray<long> chunks = new(Values + layout.Values * Capacity + layout.Words);
    private readonly int aggregate = Values + layout.Values * Capacity;

    public long Bytes => chunks.Bytes;

    /// <summary>Inserts an event at its time, after events of the same time.</summary>
    public void Insert(ref HistoryEnds ends, long time, ReadOnlySpan<long> values)
    {
        if (ends.Tail < 0) ends.Head = ends.Tail = NewChunk(-1, -1);
        var at = ends.Tail;
        while (Previous(chunks.Read(at)) is >= 0 and var before && FirstTime(chunks.Read(at)) > time) at = before;
        var chunk = chunks.Write(at);
        if (chunk[1] == Capacity)
        {
            at = MakeRoom(ref ends, at, time);
            chunk = chunks.Write(at);
        }
        var n = (int)chunk[1];
        var position = n;
        while (position > 0 && chunk[Times + position - 1] > time) position--;
        for (var v = -1; v < layout.Values; v++)
        {
            var lane = v < 0 ? chunk.Slice(Times, Capacity) : chunk.Slice(Values + v * Capacity, Capacity);
            if (position < n) lane[position..n].CopyTo(lane[(position + 1)..]);
            lane[position] = v < 0 ? time : values[v];
        }
        chunk[1] = n + 1;
        if (position == n) layout.Add(chunk[aggregate..], ValuesOf(chunk, n), Capacity);
        else Aggregate(chunk);
    }

    /// <summary>Merges the events with time in (<paramref name="after"/>, <paramref name="upTo"/>] into <paramref name="words"/>, which the caller has zeroed.</summary>
    public void Query(in HistoryEnds ends, long after, long upTo, Span<long> words)
    {
        for (var at = ends.Tail; at >= 0;)
        {
            var chunk = chunks.Read(at);
            at = Previous(chunk);
            var first = FirstTime(chunk);
            if (first > upTo) continue;
            var last = LastTime(chunk);
            if (last <= after) return;
            if (first > after && last <= upTo)
            {
                layout.Merge(words, chunk[aggregate..]);
                continue;
            }
            for (var i = 0; i < (int)chunk[1]; i++)
                if (chunk[Times + i] > after && chunk[Times + i] <= upTo) layout.Add(words, ValuesOf(chunk, i), Capacity);
        }
    }

    /// <summary>Lets go of leading chunks whose every event is at or before <paramref name="time"/>. True when no event is left.</summary>
    public bool Trim(ref HistoryEnds ends, long time)
    {
        while (ends.Head >= 0 && LastTime(chunks.Read(ends.Head)) <= time)
        {
            var gone = ends.Head;
            ends.Head = Next(chunks.Read(gone));
            chunks.Free(gone);
            if (ends.Head < 0) ends.Tail = -1;
            else SetLinks(chunks.Write(ends.Head), -1, Next(chunks.Read(ends.Head)));
        }
        return ends.Head < 0;
    }

    /// <summary>Time of the oldest event, or <see cref="long.MinValue"/> with none.</summary>
    public long OldestTime(in HistoryEnds ends) => ends.Head < 0 ? long.MinValue : FirstTime(chunks.Read(ends.Head));

    /// <summary>Time of the newest event, or <see cref="long.MinValue"/> with none.</summary>
    public long NewestTime(in HistoryEnds ends) => ends.Tail < 0 ? long.MinValue : LastTime(chunks.Read(ends.Tail));

    public PagedImage Share() => chunks.Share();

    public void Restore(SnapshotReader reader) => chunks.Restore(reader);

    /// <summary>Room beside a full chunk: a new chunk after it, empty when the event belongs behind all of its events, else with its upper half.</summary>
    private int MakeRoom(ref HistoryEnds ends, int full, long time)
    {
        var next = Next(chunks.Read(full));
        var added = NewChunk(full, next);
        var left = chunks.Write(full);
        var right = chunks.Write(added);
        SetLinks(left, Previous(left), added);
        if (next < 0) ends.Tail = added;
        else SetLinks(chunks.Write(next), added, Next(chunks.Read(next)));
        if (LastTime(left) <= time) return added;

        const int Half = Capacity / 2;
        for (var v = -1; v < layout.Values; v++)
        {
            var start = v < 0 ? Times : Values + v * Capacity;
            left.Slice(start + Half, Half).CopyTo(right[start..]);
        }
        left[1] = right[1] = Half;
        Aggregate(left);
        Aggregate(right);
        return FirstTime(right) <= time ? added : full;
    }

    private int NewChunk(int previous, int next)
    {
        var added = chunks.Allocate();
        SetLinks(chunks.Write(added), previous, next);
        return added;
    }

    private void Aggregate(Span<long> chunk)
    {
        chunk[aggregate..].Clear();
        for (var i = 0; i < (int)chunk[1]; i++) layout.Add(chunk[aggregate..], ValuesOf(chunk, i), Capacity);
    }

    /// <summary>First value of an event, the others following at distance <see cref="Capacity"/>; nothing when only events are counted.</summary>
    private ReadOnlySpan<long> ValuesOf(ReadOnlySpan<long> chunk, int i) => layout.Values == 0 ? default : chunk[(Values + i)..];

    private static int Previous(ReadOnlySpan<long> chunk) => (int)chunk[0];

    private static int Next(ReadOnlySpan<long> chunk) => (int)(chunk[0] >> 32);

    private static void SetLinks(Span<long> chunk, int previous, int next) => chunk[0] = ((long)next << 32) | (uint)previous;

    private static long FirstTime(ReadOnlySpan<long> chunk) => chunk[1] == 0 ? long.MaxValue : chunk[Times];

    private static long LastTime(ReadOnlySpan<long> chunk)
    {
        Debug.Assert(chunk[1] > 0, "a chunk in the list has an event");
        return chunk[Times + (int)chunk[1] - 1];
    }
}
