using System.Text;
using StreamGrains.Cli.Loading;

namespace StreamGrains.Cli.Tests.Loading;

public class FieldTests
{
    [Theory]
    [InlineData("0"), InlineData("-1"), InlineData("12345678901234567890123"), InlineData("1.50"), InlineData("1e-05"), InlineData("-0.25E+3")]
    public void A_text_that_JSON_reads_as_a_number_is_one(string text) => Assert.True(JsonNumber.Is(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(""), InlineData("-"), InlineData("007"), InlineData("-01"), InlineData("+1"), InlineData(".5"), InlineData("5."), InlineData("1e"), InlineData("1 "), InlineData("NaN"), InlineData("1,5"), InlineData("2018-04-01")]
    public void Any_other_text_is_not(string text) => Assert.False(JsonNumber.Is(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("2018-04-01 00:00:31", 1522540831000), InlineData("2018-04-01T02:00:31.250+02:00", 1522540831250)]
    [InlineData("1522540831", 1522540831000), InlineData("1522540831.5", 1522540831500), InlineData("1522540831250", 1522540831250)]
    public void Times_are_ISO_or_seconds_or_milliseconds(string text, long expected)
    {
        Assert.True(FieldTime.TryParse(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData(""), InlineData("yesterday"), InlineData("-5"), InlineData("12:30"), InlineData("1522540831x"), InlineData("99999999999999999999999")]
    public void Anything_else_is_no_time(string text) => Assert.False(FieldTime.TryParse(Encoding.UTF8.GetBytes(text), out _));
}
