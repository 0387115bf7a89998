using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats;

/// <summary>
/// How the values of a topic are written: what a source and a sink must know of a format they ask here. One object serves all topics and threads, and keeps nothing.
/// </summary>
public interface IRecordFormat
{
    /// <summary>Name in specs.</summary>
    string Name { get; }

    /// <summary>What a value is, one sentence.</summary>
    string Description { get; }

    /// <summary>Whether the order of a source's fields says where they are in a value; then it is part of what they mean.</summary>
    bool ByPosition { get; }

    /// <summary>Why values cannot hold the fields of a source; null when they can.</summary>
    string? CannotRead(IReadOnlyList<SourceField> fields);

    /// <summary>Why values cannot hold the columns of a sink, in their order; null when they can.</summary>
    string? CannotWrite(IReadOnlyList<ColumnDef> columns);

    /// <summary>Reads values into those fields that lie in them, of these of a source. Only of fields that it can read.</summary>
    ValueDecoder Decoder(IReadOnlyList<SourceField> fields);

    /// <summary>Writes these columns of rows. Only of columns that it can write.</summary>
    RowEncoder Encoder(RowLayout layout, IReadOnlyList<int> columns);
}
