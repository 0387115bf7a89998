using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class TimePartTests
{
    [Fact]
    public void Parts_agree_with_the_calendar_of_the_platform()
    {
        var random = new Random(20180401);
        var first = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
        var last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        for (var i = 0; i < 20_000; i++)
        {
            var time = i switch { 0 => first, 1 => last, 2 => 0, 3 => -1, _ => random.NextInt64(first, last) };
            var expected = DateTimeOffset.FromUnixTimeMilliseconds(time);

            Assert.Equal(expected.Year, YearOf.Apply(time));
            Assert.Equal(expected.Month, MonthOf.Apply(time));
            Assert.Equal(expected.Day, DayOfMonth.Apply(time));
            Assert.Equal(expected.Hour, HourOf.Apply(time));
            Assert.Equal(expected.Minute, MinuteOf.Apply(time));
            Assert.Equal(expected.Second, SecondOf.Apply(time));
            Assert.Equal(expected.DayOfWeek == System.DayOfWeek.Sunday ? 7 : (int)expected.DayOfWeek, Engine.Expressions.DayOfWeek.Apply(time));
            Assert.Equal(expected.DayOfWeek is System.DayOfWeek.Saturday or System.DayOfWeek.Sunday ? 1 : 0, IsWeekend.Apply(time));
        }
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Parts_of_the_furthest_times_are_in_range(long time)
    {
        Assert.InRange(MonthOf.Apply(time), 1, 12);
        Assert.InRange(DayOfMonth.Apply(time), 1, 31);
        Assert.InRange(HourOf.Apply(time), 0, 23);
        Assert.InRange(Engine.Expressions.DayOfWeek.Apply(time), 1, 7);
    }
}
