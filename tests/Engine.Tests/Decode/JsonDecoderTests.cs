using System.Text;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Tests.Decode;

public class JsonDecoderTests
{
    private static readonly SourceField[] Fields =
    [
        new("id", FieldKind.Long), new("amount", FieldKind.Double), new("ok", FieldKind.Bool), new("name", FieldKind.String, FieldPlace.Value, Optional: true),
    ];

    [Theory]
    [InlineData("{\"id\":1,\"amount\":2.5,\"ok\":true,\"name\":\"x\"}", 1L, 2.5, true, "x")]
    [InlineData(" { \"name\" : null , \"ok\":0,\n\"amount\":-1e2,\t\"id\":-0 }\r\n", 0L, -100.0, false, null)]
    [InlineData("{\"id\":1,\"id\":2,\"amount\":1,\"amount\":3,\"ok\":1,\"name\":\"a\",\"name\":\"b\"}", 2L, 3.0, true, "b")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":\"b\",\"name\":null}", 1L, 1.0, true, null)]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":null,\"name\":\"b\"}", 1L, 1.0, true, "b")]
    [InlineData("{\"skip\":[{\"id\":7},[[]],{}],\"\\u0069d\":1,\"am\\u006funt\":1,\"ok\":false}", 1L, 1.0, false, null)]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":\"\\u00e9\\ud83d\\ude00\\n\\/\\\"\\\\\\b\\f\\r\\t\"}", 1L, 1.0, true, "é😀\n/\"\\\b\f\r\t")]
    public void Good_records_give_their_values(string json, params object?[] expected) =>
        Assert.Equal(expected, new Decoding(JsonFormat.Instance, Fields).Of(json));

    [Theory]
    [InlineData("", "the value is not JSON at byte 0")]
    [InlineData("nonsense", "the value is not JSON at byte 0")]
    [InlineData("[1,2]", "the value is JSON but not an object")]
    [InlineData("42", "the value is JSON but not an object")]
    [InlineData("42 x", "the value is not JSON at byte 3")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true}}", "something follows the value at byte 29")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true", "the value is not JSON at byte 28")]
    [InlineData("{\"id\":1,\"amount\":1}", "field 'ok' is missing")]
    [InlineData("{\"id\":null,\"amount\":1,\"ok\":true}", "field 'id' is null")]
    [InlineData("{\"id\":\"1\",\"amount\":1,\"ok\":true}", "field 'id' is not a whole number (long) at byte 6")]
    [InlineData("{\"id\":1.0,\"amount\":1,\"ok\":true}", "field 'id' is not a whole number (long) at byte 6")]
    [InlineData("{\"id\":9223372036854775808,\"amount\":1,\"ok\":true}", "field 'id' is out of range for a whole number (long) at byte 6")]
    [InlineData("{\"id\":1,\"amount\":1e999,\"ok\":true}", "field 'amount' is out of range for a number (double) at byte 17")]
    [InlineData("{\"id\":1,\"amount\":true,\"ok\":true}", "field 'amount' is not a number (double) at byte 17")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":2}", "field 'ok' is not a bool (true, false, 1 or 0) at byte 24")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":5}", "field 'name' is not text (string) at byte 36")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":[\"x\"]}", "field 'name' is not text (string) at byte 36")]
    [InlineData("{\"id\":1,\"amount\":1,\"ok\":true,\"name\":\"\\ud800\"}", "field 'name' is not valid UTF-8 at byte 36")]
    public void A_bad_record_says_what_is_wrong_and_where(string json, string reason) =>
        Assert.Equal([reason], new Decoding(JsonFormat.Instance, Fields).Of(json));

    [Fact]
    public void A_null_value_and_broken_UTF_8_say_so()
    {
        var decoding = new Decoding(JsonFormat.Instance, Fields);
        Assert.Equal(["the value is null"], decoding.Of((byte[]?)null));
        Assert.Equal(["the value is not valid UTF-8"], decoding.Of([(byte)'{', 0xC3, (byte)'}']));
    }

    [Fact]
    public void Nesting_is_taken_as_deep_as_64_and_no_deeper()
    {
        var decoding = Decoding.Json(FieldKind.Long);
        Assert.Equal([1L], decoding.Of(Nested(64, '[', ']')));
        Assert.Equal(["the value is nested deeper than 64 at byte 69"], decoding.Of(Nested(65, '[', ']')));
        Assert.StartsWith("the value is nested deeper than 64", (string)decoding.Of(Nested(10_000, '[', ']'))[0]!, StringComparison.Ordinal);
        Assert.StartsWith("the value is nested deeper than 64", (string)decoding.Of(new string('[', 10_000))[0]!, StringComparison.Ordinal);
        Assert.StartsWith("the value is nested deeper than 64", (string)decoding.Of(string.Concat(Enumerable.Repeat("{\"f\":", 10_000)))[0]!, StringComparison.Ordinal);

        static string Nested(int depth, char open, char close) => $"{{\"x\":{new string(open, depth)}{new string(close, depth)},\"f\":1}}";
    }

    [Fact]
    public void A_megabyte_of_rubbish_is_one_fault()
    {
        var decoding = Decoding.Json(FieldKind.Long);
        var random = new Random(1);
        var bytes = new byte[1 << 20];
        random.NextBytes(bytes);
        Assert.Equal(["the value is not valid UTF-8"], decoding.Of(bytes));
        Assert.Equal(["the value is not JSON at byte 0"], decoding.Of(Encoding.ASCII.GetBytes(new string('x', 1 << 20))));
        Assert.Equal(["field 'f' is out of range for a whole number (long) at byte 5"], decoding.Of($"{{\"f\":{new string('9', 1 << 20)}}}"));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void Bools_are_words_or_digits(string text, bool expected) => Assert.Equal(expected, Decoding.Json(FieldKind.Bool).Field(text));
}
