using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace StreamGrains.Engine.Columns;

/// <summary>
/// One row as bytes, for rows that wait in state: the columns that exist at that step, which come first in the layout.
/// <code>
/// event time 8, watermark 8, origin partition 4, origin offset 8, null bits (one byte per eight columns, column 0 lowest), then per column
/// its value: 8 bytes, or for text a length of 4 bytes and the UTF-8. A null value is zero. Numbers are little endian.
/// </code>
/// </summary>
internal static class RowCodec
{
    private const int Fixed = 28;

    public static int Size(RowBatch batch, int row, int columns)
    {
        var size = Fixed + (columns + 7) / 8;
        foreach (var column in batch.Columns.AsSpan(0, columns)) size += column.Type == ColumnType.String ? 4 + column.Texts[row].Length : 8;
        return size;
    }

    public static void Write(RowBatch batch, int row, int columns, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, batch.Time[row]);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], batch.Watermark[row]);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], batch.OriginPartition[row]);
        BinaryPrimitives.WriteInt64LittleEndian(target[20..], batch.OriginOffset[row]);
        var nulls = target.Slice(Fixed, (columns + 7) / 8);
        nulls.Clear();
        target = target[(Fixed + nulls.Length)..];
        for (var c = 0; c < columns; c++)
        {
            var column = batch.Columns[c];
            if (column.IsNull(row)) nulls[c >> 3] |= (byte)(1 << (c & 7));
            if (column.Type == ColumnType.String)
            {
                var text = batch.Text[column.Texts[row]];
                BinaryPrimitives.WriteInt32LittleEndian(target, text.Length);
                text.CopyTo(target[4..]);
                target = target[(4 + text.Length)..];
                continue;
            }
            if (column.Type == ColumnType.Double) MemoryMarshal.Write(target, column.Doubles[row]);
            else BinaryPrimitives.WriteInt64LittleEndian(target, column.Longs[row]);
            target = target[8..];
        }
    }

    /// <summary>Event time of an encoded row.</summary>
    public static long Time(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt64LittleEndian(source);

    /// <summary>Watermark that an encoded row arrived under.</summary>
    public static long Watermark(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadInt64LittleEndian(source[8..]);

    /// <summary>Appends an encoded row to a batch of the same layout.</summary>
    public static void Append(ReadOnlySpan<byte> source, RowBatch batch, int columns)
    {
        var row = batch.Count;
        batch.EnsureCapacity(row + 1);
        batch.Time[row] = Time(source);
        batch.Watermark[row] = Watermark(source);
        batch.OriginPartition[row] = BinaryPrimitives.ReadInt32LittleEndian(source[16..]);
        batch.OriginOffset[row] = BinaryPrimitives.ReadInt64LittleEndian(source[20..]);
        var nulls = source.Slice(Fixed, (columns + 7) / 8);
        source = source[(Fixed + nulls.Length)..];
        for (var c = 0; c < columns; c++)
        {
            var column = batch.Columns[c];
            if (column.HasNulls) column.Nulls[row] = false;
            if (column.Type == ColumnType.String)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(source);
                column.Texts[row] = batch.Text.Append(source.Slice(4, length));
                source = source[(4 + length)..];
            }
            else
            {
                if (column.Type == ColumnType.Double) column.Doubles[row] = MemoryMarshal.Read<double>(source);
                else column.Longs[row] = BinaryPrimitives.ReadInt64LittleEndian(source);
                source = source[8..];
            }
            if ((nulls[c >> 3] & (1 << (c & 7))) != 0) column.SetNull(row);
        }
        batch.Count = row + 1;
    }
}
