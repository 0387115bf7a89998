using System.Globalization;
using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Tests.Decode;

public class FieldParserTests
{
    [Fact]
    public void A_hundred_thousand_random_decimals_give_the_same_bits_as_the_library()
    {
        var random = new Random(1);
        var column = new Column(ColumnType.Double);
        column.EnsureCapacity(1);
        for (var i = 0; i < 100_000; i++)
        {
            var digits = random.NextInt64().ToString("D19", CultureInfo.InvariantCulture)[..random.Next(1, 17)];
            var text = i % 4 == 0
                ? random.NextDouble().ToString("R", CultureInfo.InvariantCulture)
                : (random.Next(2) == 0 ? "-" : "") + digits.Insert(random.Next(digits.Length + 1), random.Next(3) == 0 ? "" : ".") + (random.Next(6) == 0 ? $"e{random.Next(-320, 300)}" : "");
            var fault = FieldParser.Parse(Encoding.ASCII.GetBytes(text), FieldKind.Double, column, 0);
            var expected = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.Equal(double.IsFinite(expected) ? FaultKind.None : FaultKind.OutOfRange, fault);
            if (fault == FaultKind.None) Assert.True(BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(column.Doubles[0]), text);
        }
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("-0", 0L)]
    [InlineData("00000000000000000000012", 12L)]
    public void Longs_are_taken_to_the_ends_of_their_range(string text, long expected) => Assert.Equal((FaultKind.None, expected), Parse(text, FieldKind.Long));

    [Theory]
    [InlineData("9223372036854775808", FieldKind.Long, 10)]
    [InlineData("-9223372036854775809", FieldKind.Long, 10)]
    [InlineData("99999999999999999999", FieldKind.Long, 10)]
    [InlineData("", FieldKind.Long, 9)]
    [InlineData("-", FieldKind.Long, 9)]
    [InlineData("+1", FieldKind.Long, 9)]
    [InlineData("1 ", FieldKind.Long, 9)]
    [InlineData("0x10", FieldKind.Long, 9)]
    [InlineData("TRUE", FieldKind.Bool, 9)]
    [InlineData("253402300800000", FieldKind.TimestampMs, 10)]
    [InlineData("-62135596800001", FieldKind.TimestampMs, 10)]
    [InlineData("253402300800", FieldKind.TimestampSeconds, 10)]
    [InlineData("-62135596801", FieldKind.TimestampSeconds, 10)]
    [InlineData("1.5", FieldKind.TimestampMs, 9)]
    [InlineData("2018-04-31", FieldKind.TimestampIso, 11)]
    public void What_does_not_fit_is_refused(string text, FieldKind kind, int fault) => Assert.Equal((FaultKind)fault, Parse(text, kind).Fault);

    [Theory]
    [InlineData("253402300799999", FieldKind.TimestampMs, 253402300799999)]
    [InlineData("-62135596800000", FieldKind.TimestampMs, -62135596800000)]
    [InlineData("1522540872", FieldKind.TimestampSeconds, 1522540872000)]
    public void Times_are_taken_from_the_year_1_to_9999(string text, FieldKind kind, long expected) => Assert.Equal((FaultKind.None, expected), Parse(text, kind));

    [Theory]
    [InlineData("2018-04-01", "2018-04-01T00:00:00.000Z")]
    [InlineData("2018-04-01T00:01:12", "2018-04-01T00:01:12.000Z")]
    [InlineData("2018-04-01 00:01:12", "2018-04-01T00:01:12.000Z")]
    [InlineData("2018-04-01t00:01z", "2018-04-01T00:01:00.000Z")]
    [InlineData("2018-04-01T00:01:12.5Z", "2018-04-01T00:01:12.500Z")]
    [InlineData("2018-04-01T00:01:12,123456789", "2018-04-01T00:01:12.123Z")]
    [InlineData("2018-04-01T00:01:12+02:00", "2018-03-31T22:01:12.000Z")]
    [InlineData("2018-04-01T00:01:12-0530", "2018-04-01T05:31:12.000Z")]
    [InlineData("2018-04-01T00:01:12.25+02", "2018-03-31T22:01:12.250Z")]
    [InlineData("2016-02-29T23:59:59.999Z", "2016-02-29T23:59:59.999Z")]
    [InlineData("0001-01-01", "0001-01-01T00:00:00.000Z")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    [InlineData("2018-02-29", null)]
    [InlineData("2018-13-01", null)]
    [InlineData("2018-00-10", null)]
    [InlineData("0000-01-01", null)]
    [InlineData("2018-4-1", null)]
    [InlineData("2018-04-01T", null)]
    [InlineData("2018-04-01T24:00", null)]
    [InlineData("2018-04-01T00:60", null)]
    [InlineData("2018-04-01T00:00:60", null)]
    [InlineData("2018-04-01T00:00:00.", null)]
    [InlineData("2018-04-01T00:00:00.1234567890", null)]
    [InlineData("2018-04-01T00:00:00+2", null)]
    [InlineData("2018-04-01T00:00:00+24:00", null)]
    [InlineData("2018-04-01T00:00:00 Z", null)]
    [InlineData("2018-04-01Z", null)]
    [InlineData("0001-01-01T00:00:00+01:00", null)]
    [InlineData("9999-12-31T23:59:59-01:00", null)]
    [InlineData("20180401T000112Z", null)]
    [InlineData("", null)]
    public void Iso_times(string text, string? expected)
    {
        var (fault, value) = Parse(text, FieldKind.TimestampIso);
        Assert.Equal(expected is null ? FaultKind.NotATime : FaultKind.None, fault);
        if (expected is not null) Assert.Equal(expected, DateTime.UnixEpoch.AddMilliseconds(value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Random_bytes_are_never_a_surprise()
    {
        var random = new Random(3);
        var kinds = Enum.GetValues<FieldKind>().Where(k => k != FieldKind.String).ToArray();
        const string Alphabet = "0123456789-+:.TZ eE,infaNty";
        for (var i = 0; i < 50_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            foreach (var kind in kinds) Parse(text, kind);
        }
    }

    private static (FaultKind Fault, long Value) Parse(string text, FieldKind kind)
    {
        var column = new Column(FieldParser.TypeOf(kind));
        column.EnsureCapacity(1);
        var fault = FieldParser.Parse(Encoding.UTF8.GetBytes(text), kind, column, 0);
        return (fault, kind == FieldKind.Double ? 0 : column.Longs[0]);
    }
}
