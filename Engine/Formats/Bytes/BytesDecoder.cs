using System.Buffers.Text;
using System.Text.Unicode;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Bytes;

/// <summary>Puts a whole value into its one field.</summary>
internal sealed class BytesDecoder(IReadOnlyList<SourceField> fields, bool base64) : ValueDecoder(fields)
{
    private readonly int field = fields.ToList().FindIndex(f => f.From == FieldPlace.Value);

    /// <summary>Of bytes every one counts.</summary>
    public override bool IsText => !base64;

    public override DecodeFault Decode(ReadOnlySpan<byte> value, RowBatch batch, int row)
    {
        if (!base64 && !Utf8.IsValid(value)) return new DecodeFault(FaultKind.InvalidUtf8);
        var column = batch.Columns[field];
        Present(column, row);
        if (!base64)
        {
            column.Texts[row] = batch.Text.Append(value);
            return DecodeFault.None;
        }
        Base64.EncodeToUtf8(value, batch.Text.Reserve(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var written);
        column.Texts[row] = batch.Text.Take(written);
        return DecodeFault.None;
    }
}
