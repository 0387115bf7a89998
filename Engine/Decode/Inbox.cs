using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Decode;

/// <summary>One Kafka record as received; slices lie in the inbox that holds it. A length of -1 is null.</summary>
/// <param name="Offset">Offset in its partition.</param>
/// <param name="Timestamp">Record timestamp, milliseconds since the epoch.</param>
/// <param name="Key">Key bytes.</param>
/// <param name="Value">Value bytes.</param>
/// <param name="Headers">Encoded headers (<see cref="Encode.HeaderCodec"/>), length 0 for none.</param>
public readonly record struct RawRecord(long Offset, long Timestamp, ByteSlice Key, ByteSlice Value, ByteSlice Headers);

/// <summary>
/// Records of one partition that were fetched and not processed yet, in offset order: filled at the end by the lane, consumed at the front by the processor.
/// Owner: the lane, on its thread.
/// </summary>
public sealed class Inbox
{
    private readonly List<RawRecord> records = [];

    /// <summary>The bytes that records point into.</summary>
    public ByteArena Bytes { get; } = new();

    /// <summary>Index of the first record that is not consumed.</summary>
    public int Next { get; private set; }

    /// <summary>Records not consumed yet.</summary>
    public int Remaining => records.Count - Next;

    /// <summary>How many of the remaining records, at most <paramref name="most"/>, have no more than <paramref name="bytes"/> together; at least one, if there is one.</summary>
    public int Within(int most, long bytes)
    {
        most = Math.Min(most, Remaining);
        if (Bytes.Length <= bytes) return most;
        for (var n = 0; n < most; n++)
        {
            var record = records[Next + n];
            bytes -= Math.Max(0, record.Key.Length) + Math.Max(0, record.Value.Length) + record.Headers.Length;
            if (bytes < 0) return Math.Max(1, n);
        }
        return most;
    }

    /// <summary>The record at an index, consumed or not.</summary>
    public RawRecord this[int index] => records[index];

    /// <summary>The record with this offset, if it is still here.</summary>
    public RawRecord? Find(long offset)
    {
        int low = 0, high = records.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (records[middle].Offset == offset) return records[middle];
            if (records[middle].Offset < offset) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    /// <summary>Adds a record whose slices are in <see cref="Bytes"/>.</summary>
    public void Add(RawRecord record) => records.Add(record);

    /// <summary>Consumes the first <paramref name="count"/> remaining records. Their bytes stay until everything is consumed and <see cref="Reclaim"/> runs.</summary>
    public void Consume(int count) => Next += count;

    /// <summary>Empties the batch once every record is consumed; no row that points into it may be in use.</summary>
    public void Reclaim()
    {
        if (Remaining == 0) Clear();
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        records.Clear();
        Bytes.Clear();
        Next = 0;
    }
}
