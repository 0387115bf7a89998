using System.Buffers.Binary;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// Column blocks of an internal topic that nobody had taken when a savepoint was made. As bytes, little endian:
/// <code>
/// 0   8   "SGWAIT" and version 1 (2 bytes)
/// 8   4   number of blocks
///         each: timestamp 8, length 4, the block
/// </code>
/// </summary>
internal static class WaitingBlocks
{
    private const int PollRecords = 4096, WaitMs = 100;

    private static ReadOnlySpan<byte> Magic => "SGWAIT\x01\x00"u8;

    /// <summary>Reads the records of a partition from <paramref name="from"/> up to but not including <paramref name="to"/>.</summary>
    public static Inbox Fetch(IJobCluster cluster, TopicPartition slice, long from, long to, CancellationToken cancel)
    {
        var records = new Inbox();
        if (from >= to) return records;
        using var consumer = cluster.OpenConsumer();
        consumer.Assign(slice, from, records);
        var end = -1L;
        while (end < to && (records.Remaining == 0 || records[records.Remaining - 1].Offset < to - 1))
        {
            cancel.ThrowIfCancellationRequested();
            consumer.Poll(PollRecords, long.MaxValue, WaitMs, (_, at) => end = at);
        }
        return records;
    }

    public static void Write(Inbox records, Stream to)
    {
        Span<byte> number = stackalloc byte[8];
        to.Write(Magic);
        BinaryPrimitives.WriteInt32LittleEndian(number, records.Remaining);
        to.Write(number[..4]);
        for (var i = 0; i < records.Remaining; i++)
        {
            var value = records.Bytes[records[i].Value];
            BinaryPrimitives.WriteInt64LittleEndian(number, records[i].Timestamp);
            to.Write(number);
            BinaryPrimitives.WriteInt32LittleEndian(number, value.Length);
            to.Write(number[..4]);
            to.Write(value);
        }
    }

    /// <summary>
    /// The same blocks with other columns, found by name. Throws <see cref="JobFailed"/> when rows lack one, or have it with another type: only a block without rows can do without.
    /// </summary>
    public static Inbox Convert(OutputBuffer blocks, IReadOnlyList<ColumnDef> from, IReadOnlyList<ColumnDef> to)
    {
        var (rows, converted, all) = (new RowBatch(new RowLayout(from)), new Inbox(), Enumerable.Range(0, from.Count).ToList());
        var sources = to.Select(c => all.FindIndex(i => from[i].Name == c.Name && from[i].Type == c.Type && (c.Nullable || !from[i].Nullable))).ToList();
        foreach (var block in blocks.Records)
        {
            rows.Clear();
            if (!BlockReader.TryRead(blocks.Bytes[block.Value], rows, all, out var header)) throw new JobFailed("a block between the stages cannot be read");
            if (rows.Count > 0 && sources.IndexOf(-1) is >= 0 and var missing)
                throw new JobFailed(
                    $"rows are on their way to a key step without the column '{to[missing].Name}' that the new spec reads behind it, or with another type of it: "
                    + "hand the spec in again when the source has paused and the job has caught up, or do without that column behind the step");
            var value = BlockWriter.Write(Select(rows, sources, new RowLayout(to)), header.UpstreamPartition, header.Watermark, converted.Bytes);
            converted.Add(new RawRecord(converted.Remaining, block.Timestamp, OutputBuffer.Null, value, default));
        }
        return converted;
    }

    private static RowBatch Select(RowBatch rows, List<int> sources, RowLayout layout)
    {
        var selected = new RowBatch(layout) { Count = rows.Count };
        selected.EnsureCapacity(rows.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var c = 0; c < sources.Count; c++) selected.Columns[c].CopyFrom(rows.Columns[sources[c]], row, rows.Text, row, selected.Text);
            (selected.Time[row], selected.OriginPartition[row], selected.OriginOffset[row]) = (rows.Time[row], rows.OriginPartition[row], rows.OriginOffset[row]);
        }
        return selected;
    }

    /// <summary>Adds the blocks to what is to be produced. Throws <see cref="JobFailed"/> for bytes that are none.</summary>
    public static void Read(Stream from, string name, OutputBuffer outputs, TopicPartition target)
    {
        try
        {
            Span<byte> number = stackalloc byte[8];
            from.ReadExactly(number);
            if (!number.SequenceEqual(Magic)) throw new JobFailed($"'{name}' does not hold blocks of a savepoint");
            from.ReadExactly(number[..4]);
            for (var left = BinaryPrimitives.ReadInt32LittleEndian(number); left > 0; left--)
            {
                from.ReadExactly(number);
                var time = BinaryPrimitives.ReadInt64LittleEndian(number);
                from.ReadExactly(number[..4]);
                var length = BinaryPrimitives.ReadInt32LittleEndian(number);
                if (length < 0 || length > from.Length - from.Position) throw new JobFailed($"'{name}' is damaged");
                from.ReadExactly(outputs.Bytes.Reserve(length)[..length]);
                outputs.Add(target.Topic, target.Partition, time, OutputBuffer.Null, outputs.Bytes.Take(length));
            }
        }
        catch (EndOfStreamException torn)
        {
            throw new JobFailed($"'{name}' ends in the middle of its content", torn);
        }
    }
}
