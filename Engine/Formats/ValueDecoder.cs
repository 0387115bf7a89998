using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats;

/// <summary>
/// Decodes record values of one format into the columns of a batch: field i fills column i. Never throws, and costs no more for a bad record than for a good one. Owner: one processor.
/// </summary>
public abstract class ValueDecoder(IReadOnlyList<SourceField> fields)
{
    /// <summary>How deep values may be nested.</summary>
    internal const int MaxDepth = 64;

    /// <summary>The fields; those of them that lie in the value are this decoder's.</summary>
    protected IReadOnlyList<SourceField> Fields { get; } = fields;

    /// <summary>Whether values are text: then a byte order mark at the beginning of one is no part of it.</summary>
    public virtual bool IsText => true;

    /// <summary>Fills the fields that lie in the value; the batch has room for <paramref name="row"/>.</summary>
    public abstract DecodeFault Decode(ReadOnlySpan<byte> value, RowBatch batch, int row);

    /// <summary>What a missing or null field means: a null value when it is optional, else a fault.</summary>
    protected DecodeFault Absent(int field, FaultKind fault, RowBatch batch, int row)
    {
        if (!Fields[field].Optional) return new DecodeFault(fault, field);
        batch.Columns[field].SetNull(row);
        return DecodeFault.None;
    }

    /// <summary>Marks the row's value as present.</summary>
    protected static void Present(Column column, int row)
    {
        if (column.HasNulls) column.Nulls[row] = false;
    }
}
