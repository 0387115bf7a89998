using System.Text;
using System.Text.Encodings.Web;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Json;

/// <summary>One JSON object, members in the order of the fields; a null value is a JSON null, a double without JSON form (NaN, infinity) too.</summary>
internal sealed class JsonRowEncoder : RowEncoder
{
    private static readonly JavaScriptEncoder Escaper = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private readonly byte[][] prefixes;

    public JsonRowEncoder(RowLayout layout, IReadOnlyList<int> fields) : base(fields)
    {
        prefixes = [.. fields.Select((f, i) => Encoding.UTF8.GetBytes($"{(i == 0 ? '{' : ',')}\"{Escaper.Encode(layout.Columns[f].Name)}\":"))];
    }

    public override ByteSlice Encode(RowBatch batch, int row, ByteArena target)
    {
        var start = target.Length;
        if (prefixes.Length == 0) target.Append("{"u8);
        for (var i = 0; i < prefixes.Length; i++)
        {
            target.Append(prefixes[i]);
            var column = batch.Columns[Fields[i]];
            if (column.IsNull(row) || (column.Type == ColumnType.Double && !double.IsFinite(column.Doubles[row]))) target.Append("null"u8);
            else if (column.Type == ColumnType.String) AppendText(batch.Text[column.Texts[row]], target);
            else target.Take(ValueText.Write(column, row, target.Reserve(ValueText.MaxNumber)));
        }
        target.Append("}"u8);
        return new ByteSlice(start, target.Length - start);
    }

    /// <summary>A JSON string. <paramref name="text"/> lies in another arena than <paramref name="target"/>.</summary>
    internal static void AppendText(ReadOnlySpan<byte> text, ByteArena target)
    {
        target.Append("\""u8);
        while (!text.IsEmpty)
        {
            var plain = Escaper.FindFirstCharacterToEncodeUtf8(text);
            if (plain < 0) plain = text.Length;
            target.Append(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty) break;
            // A single character needs at most 12 bytes of escapes; the rest goes round again.
            Rune.DecodeFromUtf8(text, out _, out var length);
            Escaper.EncodeUtf8(text[..length], target.Reserve(16), out var consumed, out var written);
            target.Take(written);
            text = text[Math.Max(consumed, 1)..];
        }
        target.Append("\""u8);
    }
}
