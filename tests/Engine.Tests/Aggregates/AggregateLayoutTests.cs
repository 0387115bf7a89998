using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Tests.Aggregates;

public class AggregateLayoutTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Merging_partials_gives_what_adding_every_event_gives(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var doubles = Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.NextDouble() * 100 - 50).ToArray();
            var longs = doubles.Select(_ => random.NextInt64(-1000, 1000)).ToArray();
            var cut = random.Next(doubles.Length + 1);
            var layout = AllOf(ColumnType.Double, ColumnType.Long);
            var whole = Add(layout, doubles, longs, 0, doubles.Length);
            var merged = Add(layout, doubles, longs, 0, cut);
            layout.Merge(merged, Add(layout, doubles, longs, cut, doubles.Length));

            foreach (var function in Reference.Functions)
            {
                Close(Expected(function, doubles), Value(layout, whole, function, 0));
                Close(Value(layout, whole, function, 0), Value(layout, merged, function, 0));
                Close(Expected(function, [.. longs.Select(l => (double)l)]), Value(layout, merged, function, 1));
            }
        }
    }

    [Theory, InlineData(1e9, 1.0), InlineData(1e9, 0.001), InlineData(-1e12, 1.0), InlineData(0, 1.0)]
    public void The_deviation_of_values_far_from_zero_is_accurate(double mean, double spread)
    {
        var random = new Random(5);
        var layout = AllOf(ColumnType.Double);
        var values = Enumerable.Range(0, 4000).Select(_ => mean + (random.NextDouble() - 0.5) * spread).ToArray();
        var words = new long[layout.Words];
        foreach (var chunk in values.Chunk(16)) layout.Merge(words, Add(layout, chunk, [], 0, chunk.Length));

        // The reference in decimals, which hold these values exactly.
        var exact = values.Select(v => (decimal)v).ToArray();
        var average = exact.Average();
        var expected = Math.Sqrt((double)(exact.Sum(v => (v - average) * (v - average)) / (exact.Length - 1)));
        var resolution = Math.BitIncrement(Math.Abs(mean)) - Math.Abs(mean);
        Assert.InRange(Value(layout, words, StdDevAggregate.Instance, 0)!.Value, expected * (1 - 1e-9) - resolution, expected * (1 + 1e-9) + resolution);
    }

    [Fact]
    public void The_deviation_of_values_a_bit_apart_is_never_the_root_of_less_than_nothing()
    {
        var random = new Random(11);
        var layout = AllOf(ColumnType.Double);
        for (var round = 0; round < 20_000; round++)
        {
            var value = random.NextDouble() * Math.Pow(10, random.Next(-3, 6));
            var words = new long[layout.Words];
            for (var chunk = random.Next(1, 4); chunk > 0; chunk--) layout.Merge(words, Add(layout, [.. Enumerable.Range(0, random.Next(1, 17)).Select(_ => random.Next(4) == 0 ? Math.BitIncrement(value) : value)], [], 0, -1));
            Assert.InRange(Value(layout, words, StdDevAggregate.Instance, 0)!.Value, 0, value * 1e-6);
        }
    }

    [Theory]
    [InlineData(double.MaxValue, double.MaxValue, double.MaxValue)]
    [InlineData(double.MaxValue, -double.MaxValue, double.MaxValue)]
    [InlineData(-double.MaxValue, -double.MaxValue, -double.MaxValue)]
    [InlineData(1e200, -1e200, 3e200)]
    public void Results_stay_finite_whatever_the_values(double a, double b, double c)
    {
        var layout = AllOf(ColumnType.Double);
        var words = Add(layout, [a, b, c, a], [], 0, 4);
        layout.Merge(words, Add(layout, [c, c, b], [], 0, 3));
        foreach (var function in Reference.Functions) Assert.True(double.IsFinite(Value(layout, words, function, 0)!.Value), function.Name);
        Assert.True(double.IsFinite(Value(layout, Add(layout, [a, a, a], [], 0, 3), SumAggregate.Instance, 0)!.Value));
    }

    [Theory]
    [InlineData(1.5e308, 1.5e308, 1.5e308, 1.5e308)]
    [InlineData(1.5e308, 1.5e308, -1.5e308, 0.5e308)]
    [InlineData(-1.7e308, -1.7e308, 1.1e308, -0.7666666666666667e308)]
    [InlineData(3e-320, 3e-320, 3e-320, 3e-320)]
    public void A_mean_is_right_also_where_the_sum_has_stopped(double a, double b, double c, double mean)
    {
        var layout = AllOf(ColumnType.Double);
        var words = Add(layout, [a], [], 0, 1);
        layout.Merge(words, Add(layout, [b, c], [], 0, 2));
        Assert.Equal(mean, Value(layout, words, AvgAggregate.Instance, 0)!.Value, Math.Abs(mean) * 1e-15);
    }

    [Fact]
    public void The_mean_of_longs_is_exact_also_where_their_sum_has_stopped()
    {
        var layout = AllOf(ColumnType.Long);
        var words = new long[layout.Words];
        foreach (var value in new[] { long.MaxValue, long.MaxValue, long.MaxValue, 1 }) layout.Add(words, [value]);
        Assert.Equal(0.75 * long.MaxValue, Value(layout, words, AvgAggregate.Instance, 0));
        Assert.Equal(0, Value(layout, Sums(layout, long.MaxValue, -long.MaxValue, long.MinValue, long.MaxValue, 1), AvgAggregate.Instance, 0));

        static long[] Sums(AggregateLayout layout, params long[] values)
        {
            var words = new long[layout.Words];
            foreach (var value in values) layout.Add(words, [value]);
            return words;
        }
    }

    [Fact]
    public void Sums_of_longs_stop_at_the_ends_of_the_range()
    {
        var layout = AllOf(ColumnType.Long);
        Assert.Equal(long.MaxValue, Sum([long.MaxValue, 5]));
        Assert.Equal(long.MinValue, Sum([long.MinValue, -5]));
        Assert.Equal(-1, Sum([long.MaxValue, long.MinValue]));

        long Sum(long[] values)
        {
            var words = new long[layout.Words];
            foreach (var value in values) layout.Add(words, [value]);
            return words[1];
        }
    }

    [Fact]
    public void Of_no_events_minimum_and_maximum_are_null_and_all_else_is_zero()
    {
        var layout = AllOf(ColumnType.Double);
        foreach (var function in Reference.Functions)
            Assert.Equal(function is MinAggregate or MaxAggregate ? null : 0.0, Value(layout, new long[layout.Words], function, 0));
    }

    private static AggregateLayout AllOf(params ColumnType[] types) =>
        new(types, types.SelectMany((_, v) => Reference.Functions.Select(f => (f, f.TakesValue ? v : -1))));

    private static long[] Add(AggregateLayout layout, double[] doubles, long[] longs, int from, int to)
    {
        var words = new long[layout.Words];
        for (var i = from; i < (to < 0 ? doubles.Length : to); i++)
        {
            var bits = BitConverter.DoubleToInt64Bits(doubles[i]);
            layout.Add(words, layout.Values == 1 ? [bits] : [bits, longs[i]]);
        }
        return words;
    }

    private static double? Value(AggregateLayout layout, long[] words, IAggregate function, int value)
    {
        var column = new Column(function.ResultType(value == 1 ? ColumnType.Long : ColumnType.Double));
        column.EnsureCapacity(1);
        layout.Result(words, function, function.TakesValue ? value : -1, column, 0);
        return column.IsNull(0) ? null : column.AsDouble(0);
    }

    private static double? Expected(IAggregate function, double[] values) => Reference.Of(function, values);

    private static void Close(double? expected, double? actual) => Reference.Close(expected, actual);
}
