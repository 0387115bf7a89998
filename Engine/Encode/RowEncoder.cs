using System.Text;
using System.Text.Encodings.Web;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Encode;

/// <summary>Writes chosen columns of a row in one record format. Owner: one operator.</summary>
internal abstract class RowEncoder(IReadOnlyList<int> fields)
{
    protected IReadOnlyList<int> Fields { get; } = fields;

    public static RowEncoder For(RecordFormat format, RowLayout layout, IReadOnlyList<int> fields) =>
        format == RecordFormat.Json ? new JsonRowEncoder(layout, fields) : new CsvRowEncoder(fields);

    /// <summary>Appends the row's bytes to <paramref name="target"/>.</summary>
    public abstract TextSlice Encode(RowBatch batch, int row, TextArena target);
}

/// <summary>One JSON object, members in the order of the fields; a null value is a JSON null, a double without JSON form (NaN, infinity) too.</summary>
internal sealed class JsonRowEncoder : RowEncoder
{
    private static readonly JavaScriptEncoder Escaper = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private readonly byte[][] prefixes;

    public JsonRowEncoder(RowLayout layout, IReadOnlyList<int> fields) : base(fields)
    {
        prefixes = [.. fields.Select((f, i) => Encoding.UTF8.GetBytes($"{(i == 0 ? '{' : ',')}\"{Escaper.Encode(layout.Columns[f].Name)}\":"))];
    }

    public override TextSlice Encode(RowBatch batch, int row, TextArena target)
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
        return new TextSlice(start, target.Length - start);
    }

    /// <summary>A JSON string. <paramref name="text"/> lies in another arena than <paramref name="target"/>.</summary>
    internal static void AppendText(ReadOnlySpan<byte> text, TextArena target)
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

/// <summary>One CSV line without a line end, RFC 4180: a text is quoted when it holds a comma, a quote or a line break, or is empty; null is nothing.</summary>
internal sealed class CsvRowEncoder(IReadOnlyList<int> fields) : RowEncoder(fields)
{
    public override TextSlice Encode(RowBatch batch, int row, TextArena target)
    {
        var start = target.Length;
        for (var i = 0; i < Fields.Count; i++)
        {
            if (i > 0) target.Append(","u8);
            var column = batch.Columns[Fields[i]];
            if (column.IsNull(row)) continue;
            if (column.Type == ColumnType.String) AppendText(batch.Text[column.Texts[row]], target);
            else target.Take(ValueText.Write(column, row, target.Reserve(ValueText.MaxNumber)));
        }
        return new TextSlice(start, target.Length - start);
    }

    private static void AppendText(ReadOnlySpan<byte> text, TextArena target)
    {
        if (!text.IsEmpty && text.IndexOfAny(",\"\r\n"u8) < 0)
        {
            target.Append(text);
            return;
        }
        target.Append("\""u8);
        foreach (var b in text)
        {
            if (b == (byte)'"') target.Append("\"\""u8);
            else target.Append([b]);
        }
        target.Append("\""u8);
    }
}
