using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Tests.Decode;

/// <summary>Decodes single records into values: long, double, bool, string or null; a fault becomes its words.</summary>
internal sealed class Decoding
{
    private readonly SourceInput source;
    private readonly RecordDecoder decoder;

    public Decoding(IRecordFormat format, params SourceField[] fields)
    {
        source = new SourceInput("t", format, fields, -1, 0, 0);
        decoder = new RecordDecoder(source);
        Batch = new RowBatch(new RowLayout([.. fields.Select(f => new ColumnDef(f.Name, FieldParser.TypeOf(f.Kind), f.Optional))]));
        Batch.EnsureCapacity(4);
    }

    public RowBatch Batch { get; }

    /// <summary>The format of a name, for theories.</summary>
    public static IRecordFormat Format(string name) => name == "json" ? JsonFormat.Instance : CsvFormat.Instance;

    public static Decoding Json(FieldKind kind) => new(JsonFormat.Instance, new SourceField("f", kind));

    /// <summary>The values of the row, or the reason as the only one.</summary>
    public object?[] Of(byte[]? value, byte[]? key = null, long timestamp = 0, params (string Name, byte[]? Value)[] headers)
    {
        var records = new Inbox();
        var headerStart = records.Bytes.Length;
        foreach (var (name, content) in headers) HeaderCodec.Append(records.Bytes, Encoding.UTF8.GetBytes(name), content, content is null);
        var headerSlice = new ByteSlice(headerStart, records.Bytes.Length - headerStart);
        ByteSlice Slice(byte[]? bytes) => bytes is null ? OutputBuffer.Null : records.Bytes.Append(bytes);
        records.Add(new RawRecord(0, timestamp, Slice(key), Slice(value), headerSlice));
        Batch.Text.Clear();
        var fault = decoder.Decode(records, records[0], Batch, 1);
        if (fault.IsFault) return [fault.Describe(source.Fields)];
        return [.. Batch.Columns.Select(Value)];
    }

    public object?[] Of(string value) => Of(Encoding.UTF8.GetBytes(value));

    /// <summary>The only field of {"f": VALUE}.</summary>
    public object? Field(string value) => Of($"{{\"f\":{value}}}")[0];

    public DecodeFault Fault(Inbox records, in RawRecord record) => decoder.Decode(records, record, Batch, 1);

    private object? Value(Column column)
    {
        if (column.IsNull(1)) return null;
        return column.Type switch
        {
            ColumnType.Double => column.Doubles[1],
            ColumnType.String => Encoding.UTF8.GetString(Batch.Text[column.Texts[1]]),
            ColumnType.Bool => column.Longs[1] != 0,
            _ => column.Longs[1],
        };
    }
}
