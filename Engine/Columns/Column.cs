using System.Diagnostics;

namespace StreamGrains.Engine.Columns;

/// <summary>
/// The values of one column of a batch. Long, timestamp and bool values live in <see cref="Longs"/> (a bool is 0 or 1),
/// doubles in <see cref="Doubles"/>, text in <see cref="Texts"/>; only the array of the column's own type exists.
/// A null value has its flag set in <see cref="Nulls"/> and zero (or an empty slice) as its value.
/// Owner: its <see cref="RowBatch"/>.
/// </summary>
public sealed class Column(ColumnType type)
{
    /// <summary>Type of every value.</summary>
    public ColumnType Type { get; } = type;

    /// <summary>Values of a long, timestamp or bool column.</summary>
    public long[] Longs = [];

    /// <summary>Values of a double column.</summary>
    public double[] Doubles = [];

    /// <summary>Values of a text column, in the batch's arena.</summary>
    public ByteSlice[] Texts = [];

    /// <summary>Null flags, meaningful only while <see cref="HasNulls"/>.</summary>
    public bool[] Nulls = [];

    /// <summary>Whether any row may be null; when false, <see cref="Nulls"/> is not looked at.</summary>
    public bool HasNulls { get; set; }

    /// <summary>Whether the row's value is null.</summary>
    public bool IsNull(int row) => HasNulls && Nulls[row];

    /// <summary>Makes room for <paramref name="rows"/> rows, keeping what is there.</summary>
    public void EnsureCapacity(int rows)
    {
        switch (Type)
        {
            case ColumnType.Double: Grow(ref Doubles, rows); break;
            case ColumnType.String: Grow(ref Texts, rows); break;
            default: Grow(ref Longs, rows); break;
        }
        Grow(ref Nulls, rows);
    }

    /// <summary>Marks a row null and gives it the zero value.</summary>
    public void SetNull(int row)
    {
        if (!HasNulls)
        {
            Array.Clear(Nulls);
            HasNulls = true;
        }
        SetZero(row);
        Nulls[row] = true;
    }

    /// <summary>Gives a row the zero value, or the empty text; it is not null.</summary>
    public void SetZero(int row)
    {
        if (HasNulls) Nulls[row] = false;
        switch (Type)
        {
            case ColumnType.Double: Doubles[row] = 0; break;
            case ColumnType.String: Texts[row] = default; break;
            default: Longs[row] = 0; break;
        }
    }

    /// <summary>Copies one row over another within this column.</summary>
    public void Move(int from, int to)
    {
        switch (Type)
        {
            case ColumnType.Double: Doubles[to] = Doubles[from]; break;
            case ColumnType.String: Texts[to] = Texts[from]; break;
            default: Longs[to] = Longs[from]; break;
        }
        if (HasNulls) Nulls[to] = Nulls[from];
    }

    /// <summary>Copies a row of another column of the same type, text included.</summary>
    public void CopyFrom(Column source, int row, ByteArena sourceText, int to, ByteArena text)
    {
        Debug.Assert(source.Type == Type);
        switch (Type)
        {
            case ColumnType.Double: Doubles[to] = source.Doubles[row]; break;
            case ColumnType.String: Texts[to] = text.Append(sourceText[source.Texts[row]]); break;
            default: Longs[to] = source.Longs[row]; break;
        }
        if (source.IsNull(row)) SetNull(to);
        else if (HasNulls) Nulls[to] = false;
    }

    /// <summary>The value of a numeric row as a double; a bool is 0 or 1.</summary>
    public double AsDouble(int row)
    {
        Debug.Assert(Type != ColumnType.String);
        return Type == ColumnType.Double ? Doubles[row] : Longs[row];
    }

    private static void Grow<T>(ref T[] array, int rows)
    {
        if (array.Length < rows) Array.Resize(ref array, Math.Max(rows, Math.Max(64, array.Length * 2)));
    }
}
