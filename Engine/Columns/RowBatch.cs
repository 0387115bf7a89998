namespace StreamGrains.Engine.Columns;

/// <summary>
/// Rows of one partition between two steps, as columns. Beside the columns of its layout each row carries its event time,
/// the watermark that held just before it, and where it came from. Reused from batch to batch.
/// Owner: the operator that fills it; used on its lane's thread only, valid until that operator fills it again.
/// </summary>
public sealed class RowBatch
{
    /// <summary>Origin of a row that stands for many records: the result of a window.</summary>
    public const int NoOrigin = -1;

    private int capacity;

    /// <summary>An empty batch for rows of <paramref name="layout"/>.</summary>
    public RowBatch(RowLayout layout)
    {
        Layout = layout;
        Columns = [.. layout.Columns.Select(c => new Column(c.Type))];
    }

    /// <summary>What the columns are.</summary>
    public RowLayout Layout { get; }

    /// <summary>The columns, in the layout's order.</summary>
    public Column[] Columns { get; }

    /// <summary>The bytes that text columns point into.</summary>
    public ByteArena Text { get; } = new();

    /// <summary>Number of rows.</summary>
    public int Count { get; set; }

    /// <summary>Event time of each row, milliseconds since the epoch.</summary>
    public long[] Time = [];

    /// <summary>Watermark in force just before each row.</summary>
    public long[] Watermark = [];

    /// <summary>Source partition that each row came from, or <see cref="NoOrigin"/>.</summary>
    public int[] OriginPartition = [];

    /// <summary>Source offset that each row came from, or <see cref="NoOrigin"/>.</summary>
    public long[] OriginOffset = [];

    /// <summary>Watermark in force after the last record that this batch was made of, including records that left no row.</summary>
    public long WatermarkAfter { get; set; }

    /// <summary>Makes room for <paramref name="rows"/> rows, keeping what is there.</summary>
    public void EnsureCapacity(int rows)
    {
        if (rows <= capacity) return;
        capacity = Math.Max(rows, Math.Max(64, capacity * 2));
        foreach (var column in Columns) column.EnsureCapacity(capacity);
        Array.Resize(ref Time, capacity);
        Array.Resize(ref Watermark, capacity);
        Array.Resize(ref OriginPartition, capacity);
        Array.Resize(ref OriginOffset, capacity);
    }

    /// <summary>Forgets all rows and their text.</summary>
    public void Clear()
    {
        Count = 0;
        Text.Clear();
        foreach (var column in Columns) column.HasNulls = false;
    }

    /// <summary>Appends a copy of a row of <paramref name="from"/>, a batch of the same layout: its first <paramref name="columns"/> columns.</summary>
    public void AppendCopy(RowBatch from, int row, int columns)
    {
        EnsureCapacity(Count + 1);
        for (var c = 0; c < columns; c++) Columns[c].CopyFrom(from.Columns[c], row, from.Text, Count, Text);
        Time[Count] = from.Time[row];
        Watermark[Count] = from.Watermark[row];
        OriginPartition[Count] = from.OriginPartition[row];
        OriginOffset[Count] = from.OriginOffset[row];
        Count++;
    }

    /// <summary>Keeps the rows whose flag is set, in order. <paramref name="keep"/> has <see cref="Count"/> entries.</summary>
    public void Keep(ReadOnlySpan<bool> keep)
    {
        var to = 0;
        while (to < Count && keep[to]) to++;
        for (var from = to + 1; from < Count; from++)
        {
            if (!keep[from]) continue;
            foreach (var column in Columns) column.Move(from, to);
            Time[to] = Time[from];
            Watermark[to] = Watermark[from];
            OriginPartition[to] = OriginPartition[from];
            OriginOffset[to] = OriginOffset[from];
            to++;
        }
        Count = to;
    }
}
