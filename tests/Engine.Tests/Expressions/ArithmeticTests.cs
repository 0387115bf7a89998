using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class ArithmeticTests
{
    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(long.MaxValue, 1, long.MaxValue)]
    [InlineData(long.MinValue, -1, long.MinValue)]
    [InlineData(long.MaxValue, long.MinValue, -1)]
    public void A_sum_of_longs_stops_at_the_ends_of_the_range(long left, long right, long expected) => Assert.Equal(expected, AddLong.Apply(left, right));

    [Theory]
    [InlineData(1, 2, -1)]
    [InlineData(long.MinValue, 1, long.MinValue)]
    [InlineData(long.MaxValue, -1, long.MaxValue)]
    [InlineData(0, long.MinValue, long.MaxValue)]
    [InlineData(-1, long.MinValue, long.MaxValue)]
    public void A_difference_of_longs_stops_at_the_ends_of_the_range(long left, long right, long expected) => Assert.Equal(expected, SubtractLong.Apply(left, right));

    [Theory]
    [InlineData(-3, 4, -12)]
    [InlineData(long.MaxValue, 2, long.MaxValue)]
    [InlineData(long.MinValue, 2, long.MinValue)]
    [InlineData(long.MinValue, -1, long.MaxValue)]
    [InlineData(long.MinValue, 1, long.MinValue)]
    [InlineData(long.MinValue, 0, 0)]
    public void A_product_of_longs_stops_at_the_ends_of_the_range(long left, long right, long expected) => Assert.Equal(expected, MultiplyLong.Apply(left, right));
}
