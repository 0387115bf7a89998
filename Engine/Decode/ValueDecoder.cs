using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Decode;

/// <summary>
/// Decodes record values of one format into the columns of a batch: field i fills column i. Owner: one <see cref="RecordDecoder"/>.
/// </summary>
internal abstract class ValueDecoder(IReadOnlyList<SourceField> fields)
{
    protected IReadOnlyList<SourceField> Fields { get; } = fields;

    public static ValueDecoder For(RecordFormat format, IReadOnlyList<SourceField> fields) =>
        format == RecordFormat.Json ? new JsonDecoder(fields) : new CsvDecoder(fields);

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
