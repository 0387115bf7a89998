using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Csv;

/// <summary>CSV lines (RFC 4180), a column for each field.</summary>
public sealed class CsvFormat : IRecordFormat
{
    /// <summary>The format, which keeps nothing.</summary>
    public static readonly CsvFormat Instance = new();

    private CsvFormat()
    {
    }

    /// <inheritdoc/>
    public string Name => "csv";

    /// <inheritdoc/>
    public string Description => "One CSV line per record, RFC 4180 quoting.";

    /// <inheritdoc/>
    public bool ByPosition => true;

    /// <inheritdoc/>
    public string? CannotRead(IReadOnlyList<SourceField> fields) => null;

    /// <inheritdoc/>
    public string? CannotWrite(IReadOnlyList<ColumnDef> columns) => null;

    /// <inheritdoc/>
    public ValueDecoder Decoder(IReadOnlyList<SourceField> fields) => new CsvDecoder(fields);

    /// <inheritdoc/>
    public RowEncoder Encoder(RowLayout layout, IReadOnlyList<int> columns) => new CsvRowEncoder(columns);
}
