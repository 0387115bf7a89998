using System.Runtime.InteropServices;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Exchange;

/// <summary>Writes the rows of a batch as one column block (<see cref="BlockFormat"/>).</summary>
public static class BlockWriter
{
    /// <summary>Appends the block to <paramref name="target"/>, an arena other than the batch's.</summary>
    public static ByteSlice Write(RowBatch rows, int upstreamPartition, long watermark, ByteArena target)
    {
        var start = target.Length;
        target.Append([BlockFormat.Magic, BlockFormat.Version]);
        Varint.Append(target, upstreamPartition);
        Varint.Append(target, watermark);
        Varint.Append(target, rows.Columns.Length);
        Varint.Append(target, rows.Count);
        if (rows.Count > 0) WriteRows(rows, target);
        return new ByteSlice(start, target.Length - start);
    }

    private static void WriteRows(RowBatch rows, ByteArena target)
    {
        WriteDeltas(rows.Time.AsSpan(0, rows.Count), target);
        long before = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            Varint.Append(target, rows.OriginPartition[row] - before);
            before = rows.OriginPartition[row];
        }
        WriteDeltas(rows.OriginOffset.AsSpan(0, rows.Count), target);
        foreach (var column in rows.Columns) WriteColumn(rows, column, target);
    }

    private static void WriteColumn(RowBatch rows, Column column, ByteArena target)
    {
        target.Append([(byte)column.Type, column.HasNulls ? (byte)1 : (byte)0]);
        if (column.HasNulls) target.Append(MemoryMarshal.AsBytes(column.Nulls.AsSpan(0, rows.Count)));
        switch (column.Type)
        {
            case ColumnType.Double:
                // Little endian like every machine .NET 10 runs on; the golden bytes would show another.
                target.Append(MemoryMarshal.AsBytes(column.Doubles.AsSpan(0, rows.Count)));
                break;
            case ColumnType.Bool:
                var flags = target.Reserve(rows.Count);
                for (var row = 0; row < rows.Count; row++) flags[row] = (byte)column.Longs[row];
                target.Take(rows.Count);
                break;
            case ColumnType.String:
                for (var row = 0; row < rows.Count; row++) Varint.Append(target, column.Texts[row].Length);
                for (var row = 0; row < rows.Count; row++) target.Append(rows.Text[column.Texts[row]]);
                break;
            default:
                WriteDeltas(column.Longs.AsSpan(0, rows.Count), target);
                break;
        }
    }

    private static void WriteDeltas(ReadOnlySpan<long> values, ByteArena target)
    {
        var space = target.Reserve(values.Length * Varint.MaxBytes);
        long before = 0;
        var written = 0;
        foreach (var value in values)
        {
            written += Varint.Write(space[written..], unchecked(value - before));
            before = value;
        }
        target.Take(written);
    }
}
