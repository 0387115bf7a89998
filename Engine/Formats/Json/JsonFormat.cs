using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Json;

/// <summary>JSON objects (RFC 8259), a member for each field.</summary>
public sealed class JsonFormat : IRecordFormat
{
    /// <summary>The format, which keeps nothing. The engine itself writes late rows and rows in dead letters with it.</summary>
    public static readonly JsonFormat Instance = new();

    private JsonFormat()
    {
    }

    /// <inheritdoc/>
    public string Name => "json";

    /// <inheritdoc/>
    public string Description => "One JSON object per record.";

    /// <inheritdoc/>
    public bool ByPosition => false;

    /// <inheritdoc/>
    public string? CannotRead(IReadOnlyList<SourceField> fields) => null;

    /// <inheritdoc/>
    public string? CannotWrite(IReadOnlyList<ColumnDef> columns) => null;

    /// <inheritdoc/>
    public ValueDecoder Decoder(IReadOnlyList<SourceField> fields) => new JsonDecoder(fields);

    /// <inheritdoc/>
    public RowEncoder Encoder(RowLayout layout, IReadOnlyList<int> columns) => new JsonRowEncoder(layout, columns);
}
