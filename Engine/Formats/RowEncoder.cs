using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats;

/// <summary>Writes chosen columns of a row as a record's value. Owner: one operator.</summary>
public abstract class RowEncoder(IReadOnlyList<int> fields)
{
    /// <summary>The columns, in the order in which they are written.</summary>
    protected IReadOnlyList<int> Fields { get; } = fields;

    /// <summary>Appends the value of a row to <paramref name="target"/>.</summary>
    public abstract ByteSlice Encode(RowBatch batch, int row, ByteArena target);
}
