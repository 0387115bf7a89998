using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Bytes;

/// <summary>Values that are one field, a string: their text, or, for values of any bytes, those in base64 (RFC 4648, section 4).</summary>
public sealed class BytesFormat : IRecordFormat
{
    /// <summary>Values that are UTF-8 text.</summary>
    public static readonly BytesFormat Text = new("text", "Plain text: a record's value is one field, a string.", base64: false);

    /// <summary>Values of any bytes. Such topics are read and not written: a column can hold what is no base64.</summary>
    public static readonly BytesFormat Base64 = new("bytes", "Any bytes: a record's value is one field, a string with the bytes in base64. For sources.", base64: true);

    private readonly bool base64;

    private BytesFormat(string name, string description, bool base64) => (Name, Description, this.base64) = (name, description, base64);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public bool ByPosition => true;

    /// <inheritdoc/>
    public string? CannotRead(IReadOnlyList<SourceField> fields) => fields.Where(f => f.From == FieldPlace.Value).ToList() is [{ Kind: FieldKind.String }]
        ? null
        : $"a value in format {Name} is one field, a string; further fields come from the key or a header, such as {{ type: string, from: key }}";

    /// <inheritdoc/>
    public string? CannotWrite(IReadOnlyList<ColumnDef> columns)
    {
        if (base64) return $"format {Name} is for sources; a column of strings is written with format {Text.Name}";
        return columns is [{ Type: ColumnType.String, Nullable: false }] ? null : $"a value in format {Name} is one column, a string that cannot be null; name it: fields: [COLUMN]";
    }

    /// <inheritdoc/>
    public ValueDecoder Decoder(IReadOnlyList<SourceField> fields) => new BytesDecoder(fields, base64);

    /// <inheritdoc/>
    public RowEncoder Encoder(RowLayout layout, IReadOnlyList<int> columns) => new TextRowEncoder(columns);
}
