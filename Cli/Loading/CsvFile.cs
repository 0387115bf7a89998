using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using CsvHelper;

namespace StreamGrains.Cli.Loading;

/// <summary>
/// A CSV file with a header line, as one JSON object per row: numbers stay exactly as written, an empty field is null, everything else is text.
/// </summary>
internal sealed class CsvFile : RecordFile
{
    private readonly CsvReader rows;
    private readonly JsonEncodedText[] names;
    private readonly ArrayBufferWriter<byte> json = new(1024);
    private readonly Utf8JsonWriter writer;
    private readonly int keyColumn;
    private readonly int timeColumn;
    private long time;

    public CsvFile(FileStream file, Stream content, string name, string? keyField, string? timeField)
        : base(file, content, name)
    {
        rows = CsvReader.Create(
            content,
            new CsvReaderOptions
            {
                BufferSize = 1 << 18,
                MaxRecordSize = 1 << 24,
                Separator = ',',
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
                FieldCountMismatch = CsvFieldCountHandling.Throw,
            },
            leaveOpen: true);
        string[] fields;
        try
        {
            fields = [.. rows.Headers];
        }
        catch (CsvFormatException malformed)
        {
            throw Mistake(1, malformed.Message);
        }
        if (fields.Length == 0) throw Mistake(1, "the file is empty; its first line must name the fields");
        if (fields.GroupBy(f => f).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Mistake(1, $"the field '{twice.Key}' is there twice");
        if (fields is [var all] && all.AsSpan().IndexOfAny(';', '\t', '|') is >= 0 and var at)
            throw Mistake(1, $"one field, '{all}': fields are separated by commas, and here it seems to be {(all[at] == '\t' ? "a tab" : $"'{all[at]}'")}");
        names = [.. fields.Select(f => JsonEncodedText.Encode(f, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        keyColumn = Column("--key", keyField, fields);
        timeColumn = Column("--time", timeField, fields);
        writer = new Utf8JsonWriter(json, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public override ReadOnlySpan<byte> Value => json.WrittenSpan;

    public override ReadOnlySpan<byte> Key => keyColumn < 0 ? default : rows.GetSpan(keyColumn);

    public override bool HasKey => !Key.IsEmpty;

    public override long Time => time;

    public override bool Read()
    {
        if (!Next()) return false;
        json.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        for (var i = 0; i < names.Length; i++) Write(i, rows.GetSpan(i));
        writer.WriteEndObject();
        writer.Flush();
        if (timeColumn >= 0 && !FieldTime.TryParse(rows.GetSpan(timeColumn), out time))
            throw Mistake(rows.LineNumber, $"'{rows.GetString(timeColumn)}' in '{names[timeColumn]}' is not a time: {FieldTime.Forms}");
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        writer.Dispose();
        rows.Dispose();
        base.Dispose(disposing);
    }

    private void Write(int column, ReadOnlySpan<byte> text)
    {
        writer.WritePropertyName(names[column]);
        if (text.IsEmpty) writer.WriteNullValue();
        else if (JsonNumber.Is(text)) writer.WriteRawValue(text, skipInputValidation: true);
        else if (Utf8.IsValid(text)) writer.WriteStringValue(text);
        else throw Mistake(rows.LineNumber, $"'{names[column]}' is not valid UTF-8");
    }

    private bool Next()
    {
        try
        {
            return rows.Read();
        }
        catch (CsvFormatException malformed)
        {
            throw Mistake(malformed.LineNumber, malformed.Message);
        }
    }

    private int Column(string option, string? field, string[] fields)
    {
        if (field is null) return -1;
        var at = Array.IndexOf(fields, field);
        return at >= 0 ? at : throw Mistake(1, NoField(option, field, fields));
    }
}
