using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Csv;

/// <summary>One CSV line without a line end, RFC 4180: a text is quoted when it holds a comma, a quote or a line break, or is empty; null is nothing.</summary>
internal sealed class CsvRowEncoder(IReadOnlyList<int> fields) : RowEncoder(fields)
{
    public override ByteSlice Encode(RowBatch batch, int row, ByteArena target)
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
        return new ByteSlice(start, target.Length - start);
    }

    private static void AppendText(ReadOnlySpan<byte> text, ByteArena target)
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
