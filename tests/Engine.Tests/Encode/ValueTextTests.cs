using System.Globalization;
using System.Text;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Tests.Encode;

public class ValueTextTests
{
    [Theory]
    [InlineData(0.0), InlineData(5.0), InlineData(-5.0), InlineData(0.01), InlineData(-0.01), InlineData(-0.25), InlineData(0.005), InlineData(100.0), InlineData(1.1)]
    [InlineData(9_999_999_999_999.99), InlineData(10_000_000_000_000.0), InlineData(1e15), InlineData(1e16), InlineData(-1e300), InlineData(1e-7), InlineData(0.30000000000000004)]
    [InlineData(double.MaxValue), InlineData(double.Epsilon), InlineData(123456.78), InlineData(2.675)]
    public void A_double_is_the_shortest_decimal_that_reads_back_as_it(double value) => Assert.Equal(Shortest(value), Written(value));

    [Fact]
    public void So_are_hundredths_and_their_neighbours_of_any_size()
    {
        Assert.Equal("-0", Written(-0.0));
        var random = new Random(7);
        for (var round = 0; round < 200_000; round++)
        {
            var value = random.NextInt64(1L << random.Next(1, 56)) / (random.Next(3) == 0 ? 1.0 : 100.0) * (random.Next(2) == 0 ? 1 : -1);
            if (random.Next(4) == 0) value = Math.BitIncrement(value);
            Assert.Equal(Shortest(value), Written(value));
        }
    }

    private static string Shortest(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Written(double value)
    {
        Span<byte> target = stackalloc byte[ValueText.MaxNumber];
        return Encoding.UTF8.GetString(target[..ValueText.WriteDouble(value, target)]);
    }
}
