using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class ConversionTests
{
    [Theory]
    [InlineData(2.9, 2)]
    [InlineData(-2.9, -2)]
    [InlineData(9.3e18, long.MaxValue)]
    [InlineData(-9.3e18, long.MinValue)]
    [InlineData(double.MaxValue, long.MaxValue)]
    public void A_double_loses_its_fraction_and_stops_at_the_range_of_a_long(double value, long expected) => Assert.Equal(expected, DoubleToLong.Apply(value));

    [Theory]
    [InlineData("42", 42L, 42.0)]
    [InlineData("-9223372036854775808", long.MinValue, -9223372036854775808.0)]
    [InlineData("9223372036854775808", null, 9223372036854775808.0)]
    [InlineData("1.5e3", null, 1500.0)]
    [InlineData("1e999", null, null)]
    [InlineData("NaN", null, null)]
    [InlineData("", null, null)]
    [InlineData(" 1", null, null)]
    [InlineData("1x", null, null)]
    [InlineData(null, null, null)]
    public void A_text_that_is_no_number_is_null(string? text, object? asLong, object? asDouble)
    {
        var batch = Rows.Of((ColumnType.String, [text, "7"]));

        Assert.Equal([asLong, 7L], Rows.Values(new ParseText(ColumnType.Long, Rows.Column(batch, 0)), batch));
        Assert.Equal([asDouble, 7.0], Rows.Values(new ParseText(ColumnType.Double, Rows.Column(batch, 0)), batch));
    }

    [Fact]
    public void Every_type_has_a_text()
    {
        Assert.Equal(["-7", "9223372036854775807", null], Texts(ColumnType.Long, -7L, long.MaxValue, null));
        Assert.Equal(["0.1", "-1.7976931348623157E+308", "3", null], Texts(ColumnType.Double, 0.1, -double.MaxValue, 3.0, null));
        Assert.Equal(["true", "false", null], Texts(ColumnType.Bool, true, false, null));
        Assert.Equal(["2018-04-01T00:01:12.000Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z"],
            Texts(ColumnType.Timestamp, 1522540872000L, -1L, long.MaxValue, long.MinValue));
    }

    private static object?[] Texts(ColumnType type, params object?[] values)
    {
        var batch = Rows.Of((type, values));
        return Rows.Values(new FormatText(Rows.Column(batch, 0)), batch);
    }
}
