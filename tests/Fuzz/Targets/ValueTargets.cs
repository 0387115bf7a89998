using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Fuzz;

/// <summary>A record's value in one of the formats.</summary>
internal abstract class RecordTarget : Target
{
    private readonly SourceInput source;
    private readonly RecordDecoder decoder;
    private readonly RowBatch batch;
    private readonly Inbox records = new();

    protected RecordTarget(IRecordFormat format, FieldKind time)
    {
        SourceField[] fields =
        [
            new("id", FieldKind.Long), new("at", time), new("amount", FieldKind.Double, FieldPlace.Value, true), new("ok", FieldKind.Bool, FieldPlace.Value, true),
            new("name", FieldKind.String, FieldPlace.Value, true), new("trace", FieldKind.Long, FieldPlace.Header, true), new("card", FieldKind.String, FieldPlace.Key, true),
        ];
        source = new SourceInput("t", format, fields, 1, 0, 0);
        decoder = new RecordDecoder(source);
        batch = new RowBatch(new RowLayout([.. fields.Select(f => new ColumnDef(f.Name, FieldParser.TypeOf(f.Kind), f.Optional))]));
        batch.EnsureCapacity(1);
    }

    public override bool Read(byte[] input) => Decode([], input, []);

    /// <summary>Decodes a record; what is refused has a reason, and every text of what is taken lies in the batch.</summary>
    protected bool Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ReadOnlySpan<byte> headers)
    {
        records.Bytes.Clear();
        batch.Text.Clear();
        var record = new RawRecord(0, 0, key.IsEmpty ? OutputBuffer.Null : records.Bytes.Append(key), records.Bytes.Append(value), headers.Length == 0 ? default : records.Bytes.Append(headers));
        var fault = decoder.Decode(records, record, batch, 0);
        if (fault.IsFault)
        {
            Check(fault.Describe(source.Fields).Length > 0, "a refusal has a reason");
            return false;
        }
        foreach (var column in batch.Columns.Where(c => c.Type == ColumnType.String && !c.IsNull(0)))
            Check(System.Text.Unicode.Utf8.IsValid(batch.Text[column.Texts[0]]), "a text is UTF-8");
        return true;
    }
}

internal sealed class JsonTarget() : RecordTarget(JsonFormat.Instance, FieldKind.TimestampMs)
{
    public override string Name => "json";

    public override IReadOnlyList<byte[]> Samples { get; } = Bytes(
        """{"id":1,"at":1700000000000}""",
        """{"id":-9223372036854775808,"at":1700000000000,"amount":1.5e-7,"ok":true,"name":"x"}""",
        """{"name":"\u00e9\ud83d\ude00 \\ \"","more":{"a":[1,2,{"b":null}],"c":"\t"},"id":12,"at":0,"ok":null}""",
        " {\t\"a\" : [ ] , \"b\" : { } ,\n\"c\":[true,false,null,0,-0,1.25E+10], \"id\":\"7\",\"at\":\"5\"\r}");

    public override IReadOnlyList<byte[]> Scraps { get; } = WithAny(
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud800", "null", "true", "fals", "0.1e", "-", "[[[[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":", "\"id\":1", "\"at\":");
}

internal sealed class CsvTarget() : RecordTarget(CsvFormat.Instance, FieldKind.TimestampIso)
{
    public override string Name => "csv";

    public override IReadOnlyList<byte[]> Samples { get; } = Bytes(
        "1,2018-04-01T00:01:12Z,2.5,true,x", "-5,2018-04-01 00:01:12.123456+02:00,,,", "7,2018-04-01,1e3,0,\"a \"\"quoted\"\", name\nof two lines\"", "9,2018-04-01T00:00:00,\"1\",\"false\",\"\"\r\n");

    public override IReadOnlyList<byte[]> Scraps { get; } = WithAny("\"", "\"\"", ",", ",,,,,,,,", "\n", "\r\n", "2018-02-30", "T25:00:00", "+99:99", "Z", "true", "nan", "Infinity");
}

/// <summary>
/// Headers and keys as strangers send them: the input is read as headers (length and bytes of the name, length and bytes of the value, 255 for null), what is left is the key.
/// </summary>
internal sealed class HeaderTarget() : RecordTarget(JsonFormat.Instance, FieldKind.TimestampMs)
{
    private const byte Null = 255, End = 254;
    private static readonly byte[] Value = Encoding.UTF8.GetBytes("""{"id":1,"at":0}""");

    public override string Name => "headers";

    public override IReadOnlyList<byte[]> Samples { get; } =
        [[5, .. "trace"u8, 2, .. "12"u8, End, .. "card"u8], [1, .. "a"u8, 0, 5, .. "trace"u8, Null, 5, .. "trace"u8, 2, .. "-7"u8, 2, .. "é"u8, 3, .. "日"u8], [End]];

    public override IReadOnlyList<byte[]> Scraps { get; } = [[5, .. "trace"u8], [3, .. "999"u8], [0], [Null], [End], [0xC3], [0xED, 0xA0, 0x80], .. Bytes("1e3", "-", "9223372036854775808")];

    public override bool Read(byte[] input)
    {
        var arena = new ByteArena();
        var sent = new List<(byte[] Name, byte[]? Value)>();
        ReadOnlySpan<byte> rest = input;
        while (rest.Length > 0 && rest[0] < End)
        {
            var name = Take(ref rest)!;
            sent.Add((name, Take(ref rest)));
            HeaderCodec.Append(arena, name, sent[^1].Value, sent[^1].Value is null);
        }
        var headers = arena.Written;
        foreach (var (name, value) in sent)
        {
            Check(HeaderCodec.TryRead(ref headers, out var readName, out var readValue, out var isNull), "every header comes back");
            Check(readName.SequenceEqual(name) && readValue.SequenceEqual(value) && isNull == value is null, "a header comes back as it was");
        }
        Check(headers.IsEmpty, "nothing else comes back");
        return Decode(rest, Value, arena.Written);
    }

    private static byte[]? Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] == Null)
        {
            rest = rest[Math.Min(1, rest.Length)..];
            return null;
        }
        var length = Math.Min(rest[0], rest.Length - 1);
        var taken = rest.Slice(1, length).ToArray();
        rest = rest[(1 + length)..];
        return taken;
    }
}
