using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Tests.Decode;
using StreamGrains.Engine.Tests.Expressions;

namespace StreamGrains.Engine.Tests.Encode;

public class RowEncoderTests
{
    private static readonly SourceField[] Fields =
    [
        new("c0", FieldKind.Long, FieldPlace.Value, true), new("c1", FieldKind.Double, FieldPlace.Value, true), new("c2", FieldKind.Bool, FieldPlace.Value, true),
        new("c3", FieldKind.String, FieldPlace.Value, true), new("c4", FieldKind.TimestampMs, FieldPlace.Value, true),
    ];

    [Theory, InlineData("json"), InlineData("csv")]
    public void What_is_written_reads_back_the_same(string name)
    {
        var format = Decoding.Format(name);
        var random = new Random(1);
        for (var round = 0; round < 3000; round++)
        {
            object?[] values =
            [
                Maybe(random.NextInt64(long.MinValue, long.MaxValue)), Maybe(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
                Maybe(random.Next(2) == 0), Maybe(Text()), Maybe(random.NextInt64(-62_135_596_800_000, 253_402_300_799_999)),
            ];
            if (values[1] is double d && !double.IsFinite(d)) values[1] = 0.1;
            var batch = Batch(values);
            var target = new ByteArena();
            var written = target[format.Encoder(batch.Layout, [0, 1, 2, 3, 4]).Encode(batch, 0, target)];
            if (format == JsonFormat.Instance) JsonDocument.Parse(written.ToArray()).Dispose();
            var read = new RowBatch(batch.Layout);
            read.EnsureCapacity(1);
            Assert.Equal(DecodeFault.None, format.Decoder(Fields).Decode(written, read, 0));
            Assert.Equal(values, Values(read));
        }

        object? Maybe(object value) => random.Next(5) == 0 ? null : value;
        string Text()
        {
            const string Alphabet = "ab\"\\,\r\n\t\u0001é€\U0001F600 ";
            var runes = Alphabet.EnumerateRunes().ToArray();
            return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => runes[random.Next(runes.Length)].ToString()));
        }
    }

    [Fact]
    public void Json_has_the_members_in_order_and_null_for_what_json_has_no_word_for()
    {
        var batch = Batch([1L, double.NaN, true, "a\"b<é", -5L]);
        var target = new ByteArena();
        Assert.Equal("{\"c3\":\"a\\\"b<é\",\"c1\":null,\"c0\":1,\"c2\":true,\"c4\":-5}", Encoding.UTF8.GetString(target[new JsonRowEncoder(batch.Layout, [3, 1, 0, 2, 4]).Encode(batch, 0, target)]));
        Assert.Equal("{}", Encoding.UTF8.GetString(target[new JsonRowEncoder(batch.Layout, []).Encode(batch, 0, target)]));
    }

    [Fact]
    public void Csv_quotes_what_needs_it_and_tells_an_empty_text_from_null()
    {
        Assert.Equal("1,0.1,false,\"a,\"\"b\"\"\",7", Csv([1L, 0.1, false, "a,\"b\"", 7L]));
        Assert.Equal(",,,\"\",", Csv([null, null, null, "", null]));
        Assert.Equal(",,,,", Csv([null, null, null, null, null]));

        static string Csv(object?[] values)
        {
            var batch = Batch(values);
            var target = new ByteArena();
            return Encoding.UTF8.GetString(target[new CsvRowEncoder([0, 1, 2, 3, 4]).Encode(batch, 0, target)]);
        }
    }

    [Theory, InlineData(0.1), InlineData(-0.0), InlineData(double.MaxValue), InlineData(double.Epsilon), InlineData(1e21), InlineData(123456789012345680)]
    public void A_double_is_written_as_short_as_it_reads_back_the_same(double value)
    {
        var column = new Column(ColumnType.Double);
        column.EnsureCapacity(1);
        column.Doubles[0] = value;
        var bytes = new byte[ValueText.MaxNumber];
        var text = Encoding.ASCII.GetString(bytes, 0, ValueText.Write(column, 0, bytes));
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)));
        Assert.Equal(value.ToString("R", CultureInfo.InvariantCulture), text);
    }

    [Fact]
    public void An_output_buffer_knows_each_topic_once_and_clamps_times_that_kafka_has_not()
    {
        var buffer = new OutputBuffer();
        buffer.Add(new string("t"), -1, -5, OutputBuffer.Null, OutputBuffer.Null);
        buffer.Add(new string("u"), -1, 7, OutputBuffer.Null, OutputBuffer.Null);
        buffer.Add(new string("t"), -1, 7, OutputBuffer.Null, OutputBuffer.Null);
        Assert.Equal([("t", 0L), ("u", 7), ("t", 7)], buffer.Records.Select(r => (buffer.TopicName(r.Topic), r.Timestamp)));
    }

    private static RowBatch Batch(object?[] values) => Rows.Of(
        (ColumnType.Long, [values[0]]), (ColumnType.Double, [values[1]]), (ColumnType.Bool, [values[2]]), (ColumnType.String, [values[3]]), (ColumnType.Timestamp, [values[4]]));

    private static object?[] Values(RowBatch batch) => [.. batch.Columns.Select((c, i) => c.IsNull(0) ? null : c.Type switch
    {
        ColumnType.Double => (object)c.Doubles[0],
        ColumnType.Bool => c.Longs[0] != 0,
        ColumnType.String => Encoding.UTF8.GetString(batch.Text[c.Texts[0]]),
        _ => c.Longs[0],
    })];
}
