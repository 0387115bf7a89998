using System.Runtime.InteropServices;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Exchange;

/// <summary>What a block says beside its rows.</summary>
/// <param name="UpstreamPartition">Partition of the stage that wrote it.</param>
/// <param name="Watermark">That partition's watermark after these rows.</param>
public readonly record struct BlockHeader(int UpstreamPartition, long Watermark);

/// <summary>Reads column blocks (<see cref="BlockFormat"/>). Any bytes at all give rows or false, never an exception.</summary>
public static class BlockReader
{
    /// <summary>
    /// Appends the block's rows to <paramref name="batch"/>: block column i goes to batch column <c>columns[i]</c>. False leaves rows in the batch that must not be used.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, RowBatch batch, IReadOnlyList<int> columns, out BlockHeader header)
    {
        header = default;
        if (source.Length < 2 || source[0] != BlockFormat.Magic || source[1] != BlockFormat.Version) return false;
        source = source[2..];
        if (!Varint.TryRead(ref source, out var partition) || !Varint.TryRead(ref source, out var watermark)) return false;
        if (!Varint.TryRead(ref source, out var width) || width != columns.Count) return false;
        if (!Varint.TryRead(ref source, out var rows) || rows < 0) return false;
        // Memory is taken for no more rows than the bytes can hold: three varints each, and a byte per column.
        if (rows > source.Length / (3 + columns.Count) || partition is < 0 or > int.MaxValue) return false;
        header = new BlockHeader((int)partition, watermark);
        if (rows == 0) return source.IsEmpty;

        var n = (int)rows;
        batch.EnsureCapacity(batch.Count + n);
        if (!ReadDeltas(ref source, batch.Time.AsSpan(batch.Count, n))) return false;
        long before = 0;
        for (var i = 0; i < n; i++)
        {
            if (!Varint.TryRead(ref source, out var delta)) return false;
            batch.OriginPartition[batch.Count + i] = (int)(before += delta);
        }
        if (!ReadDeltas(ref source, batch.OriginOffset.AsSpan(batch.Count, n))) return false;
        foreach (var column in columns)
            if (!ReadColumn(ref source, batch, batch.Columns[column], n)) return false;
        batch.Count += n;
        return source.IsEmpty;
    }

    private static bool ReadColumn(ref ReadOnlySpan<byte> source, RowBatch batch, Column column, int rows)
    {
        if (source.Length < 2 || source[0] != (byte)column.Type) return false;
        var hasNulls = source[1] != 0;
        source = source[2..];
        var nulls = source[..0];
        if (hasNulls)
        {
            if (source.Length < rows) return false;
            nulls = source[..rows];
            source = source[rows..];
        }
        if (!ReadValues(ref source, batch, column, rows)) return false;
        for (var i = 0; i < rows; i++)
        {
            if (hasNulls && nulls[i] != 0) column.SetNull(batch.Count + i);
            else if (column.HasNulls) column.Nulls[batch.Count + i] = false;
        }
        return true;
    }

    private static bool ReadValues(ref ReadOnlySpan<byte> source, RowBatch batch, Column column, int rows)
    {
        switch (column.Type)
        {
            case ColumnType.Double:
                if (!Take(ref source, rows * sizeof(double), out var doubles)) return false;
                MemoryMarshal.Cast<byte, double>(doubles).CopyTo(column.Doubles.AsSpan(batch.Count));
                return true;
            case ColumnType.Bool:
                if (!Take(ref source, rows, out var flags)) return false;
                for (var i = 0; i < rows; i++) column.Longs[batch.Count + i] = flags[i] & 1;
                return true;
            case ColumnType.String:
                return ReadTexts(ref source, batch, column, rows);
            default:
                return ReadDeltas(ref source, column.Longs.AsSpan(batch.Count, rows));
        }
    }

    private static bool ReadTexts(ref ReadOnlySpan<byte> source, RowBatch batch, Column column, int rows)
    {
        var at = batch.Text.Length;
        for (var i = 0; i < rows; i++)
        {
            if (!Varint.TryRead(ref source, out var length) || length < 0 || length > source.Length) return false;
            column.Texts[batch.Count + i] = new ByteSlice(at, (int)length);
            at += (int)length;
            if (at - batch.Text.Length > source.Length) return false;
        }
        if (!Take(ref source, at - batch.Text.Length, out var bytes)) return false;
        batch.Text.Append(bytes);
        return true;
    }

    private static bool ReadDeltas(ref ReadOnlySpan<byte> source, Span<long> values)
    {
        long before = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!Varint.TryRead(ref source, out var delta)) return false;
            values[i] = before = unchecked(before + delta);
        }
        return true;
    }

    private static bool Take(ref ReadOnlySpan<byte> source, int length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length < 0 || source.Length < length) return false;
        taken = source[..length];
        source = source[length..];
        return true;
    }
}
