using System.Text;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Tests.Decode;

public class RecordDecoderTests
{
    private static readonly SourceField[] CsvFields =
    [
        new("id", FieldKind.Long), new("name", FieldKind.String), new("amount", FieldKind.Double, FieldPlace.Value, true), new("note", FieldKind.String, FieldPlace.Value, true),
    ];

    [Theory]
    [InlineData("1,x,2.5,y", 1L, "x", 2.5, "y")]
    [InlineData("1,\"x\",2.5,\"y\"\r\n", 1L, "x", 2.5, "y")]
    [InlineData("1,\"a,\"\"b\"\"\r\nc\",,", 1L, "a,\"b\"\r\nc", null, null)]
    [InlineData("1,\"\",,\"\"", 1L, "", null, "")]
    [InlineData("\"1\",x", 1L, "x", null, null)]
    [InlineData("1,é😀,1e3", 1L, "é😀", 1000.0, null)]
    public void Csv_lines_give_their_values(string line, params object?[] expected) => Assert.Equal(expected, new Decoding(CsvFormat.Instance, CsvFields).Of(line));

    [Theory]
    [InlineData("", "field 'id' is missing")]
    [InlineData("1", "field 'name' is missing")]
    [InlineData("1,", "field 'name' is missing")]
    [InlineData("x,y", "field 'id' is not a whole number (long)")]
    [InlineData("1,x,2,y,z", "the line has more than 4 columns")]
    [InlineData("1,\"x", "the line's quotes do not match at byte 2")]
    [InlineData("1,\"x\"y", "the line's quotes do not match at byte 2")]
    [InlineData("1,x\"y", "the line's quotes do not match at byte 6")]
    [InlineData("1,x,Infinity", "field 'amount' is out of range for a number (double)")]
    public void Bad_csv_lines_say_what_is_wrong(string line, string reason) => Assert.Equal([reason], new Decoding(CsvFormat.Instance, CsvFields).Of(line));

    [Fact]
    public void Forty_thousand_altered_csv_lines_never_throw()
    {
        var decoding = new Decoding(CsvFormat.Instance, CsvFields);
        for (var seed = 0; seed < 40_000; seed++)
        {
            var random = new Random(seed);
            var bytes = "12,\"a,\"\"b\"\"\",3.25,\"ende\"\r\n"u8.ToArray().ToList();
            for (var change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
            {
                if (random.Next(3) == 0) bytes.RemoveAt(random.Next(bytes.Count));
                else if (random.Next(2) == 0) bytes[random.Next(bytes.Count)] = (byte)"\",\n1x"[random.Next(5)];
                else bytes.Insert(random.Next(bytes.Count), (byte)random.Next(256));
            }
            decoding.Of(bytes.ToArray());
        }
    }

    [Fact]
    public void A_byte_order_mark_at_the_beginning_is_no_part_of_a_value_of_any_format()
    {
        Assert.Equal([1L, "x", null, "\uFEFF"], new Decoding(CsvFormat.Instance, CsvFields).Of("\uFEFF1,x,,\uFEFF"));
        Assert.Equal([1L], new Decoding(JsonFormat.Instance, new SourceField("f", FieldKind.Long)).Of("\uFEFF{\"f\":1}"));
    }

    [Fact]
    public void A_csv_source_may_have_all_its_fields_elsewhere() =>
        Assert.Equal(["k"], new Decoding(CsvFormat.Instance, new SourceField("id", FieldKind.String, FieldPlace.Key)).Of("a,b"u8.ToArray(), "k"u8.ToArray()));

    [Fact]
    public void Fields_come_from_key_and_headers_too_the_last_header_of_a_name_counts()
    {
        var decoding = new Decoding(
            JsonFormat.Instance, new SourceField("f", FieldKind.Long), new SourceField("id", FieldKind.Long, FieldPlace.Key), new SourceField("region", FieldKind.String, FieldPlace.Header, true));
        Assert.Equal([1L, 7L, "b"], decoding.Of("{\"f\":1}"u8.ToArray(), "7"u8.ToArray(), 0, ("region", "a"u8.ToArray()), ("other", null), ("region", "b"u8.ToArray()), ("region", null)));
        Assert.Equal([1L, 7L, null], decoding.Of("{\"f\":1}"u8.ToArray(), "7"u8.ToArray()));
        Assert.Equal(["field 'id' is missing"], decoding.Of("{\"f\":1}"u8.ToArray()));
        Assert.Equal(["field 'id' is not a whole number (long)"], decoding.Of("{\"f\":1}"u8.ToArray(), "x"u8.ToArray()));
        Assert.Equal(["field 'region' is not valid UTF-8"], decoding.Of("{\"f\":1}"u8.ToArray(), "7"u8.ToArray(), 0, ("region", [0xFF])));
    }

    [Theory, InlineData(long.MaxValue), InlineData(long.MinValue), InlineData(FieldParser.MaxTime + 1), InlineData(-1)]
    public void A_record_timestamp_that_is_no_time_is_a_fault(long timestamp) =>
        Assert.Equal(["the record's timestamp is not a time from 1970 to 9999"], Decoding.Json(FieldKind.Long).Of("{\"f\":1}"u8.ToArray(), timestamp: timestamp));

    [Theory]
    [InlineData("json", "{\"id\":1,\"name\":\"a\\u00e9b\",\"amount\":123.456789012345678e5,\"note\":\"plain\",\"x\":[{}]}")]
    [InlineData("json", "{\"id\":1,\"name\":\"abc\",\"amount\":true}")]
    [InlineData("json", "{\"id\":1,\"name\":\"\\ud800\"}")]
    [InlineData("json", "{\"id\":1")]
    [InlineData("csv", "1,\"a\"\"b\",2.5,y")]
    [InlineData("csv", "1,x,2,y")]
    [InlineData("csv", "1,x,2.5,y")]
    [InlineData("csv", "1,\"x\",2,y")]
    [InlineData("csv", "1,\"a")]
    [InlineData("csv", "1")]
    public void Decoding_allocates_nothing_for_good_records_and_for_bad_ones(string format, string value)
    {
        var decoding = new Decoding(Decoding.Format(format), CsvFields);
        var records = new Inbox();
        records.Add(new RawRecord(0, 0, OutputBuffer.Null, records.Bytes.Append(Encoding.UTF8.GetBytes(value)), default));
        decoding.Fault(records, records[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            decoding.Batch.Text.Clear();
            decoding.Fault(records, records[0]);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
