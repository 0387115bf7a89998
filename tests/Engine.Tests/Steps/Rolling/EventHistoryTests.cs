using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Tests.Aggregates;

namespace StreamGrains.Engine.Tests.Steps.Rolling;

public class EventHistoryTests
{
    private static readonly AggregateLayout Layout = new(
        [ColumnType.Double], Reference.Functions.Select(f => (f, f.TakesValue ? 0 : -1)));

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Any_order_of_events_gives_the_windows_of_a_list(int seed)
    {
        var random = new Random(seed);
        var history = new EventHistory(Layout);
        var ends = Enumerable.Repeat(new HistoryEnds { Head = -1, Tail = -1 }, 3).ToArray();
        var model = Enumerable.Range(0, 3).Select(_ => new List<(long Time, double Value)>()).ToArray();
        var limits = new long[] { long.MinValue, long.MinValue, long.MinValue };
        for (var step = 0; step < 3000; step++)
        {
            var key = random.Next(3);
            // Mostly near the end, sometimes anywhere, often at a time that is there already.
            var time = step / 2 + (random.Next(4) == 0 ? -random.Next(1500) : -random.Next(20));
            var value = random.NextDouble() * 100;
            history.Insert(ref ends[key], time, [BitConverter.DoubleToInt64Bits(value)]);
            model[key].Add((time, value));
            if (random.Next(40) == 0)
            {
                limits[key] = Math.Max(limits[key], step / 2 - random.Next(600, 1200));
                history.Trim(ref ends[key], limits[key]);
                Check(history, ends[key], model[key], limits[key], long.MaxValue);
            }
            var upTo = step / 2 - random.Next(100);
            var after = upTo - random.Next(1, 400);
            Check(history, ends[key], model[key], after, upTo);
        }
    }

    [Fact]
    public void Everything_trimmed_leaves_nothing_and_the_memory_is_used_again()
    {
        var history = new EventHistory(Layout);
        var ends = new HistoryEnds { Head = -1, Tail = -1 };
        for (var round = 0; round < 50; round++)
        {
            for (var i = 0; i < 100; i++) history.Insert(ref ends, round * 1000 + i, [0]);
            Assert.False(history.Trim(ref ends, round * 1000 + 98));
            Assert.True(history.Trim(ref ends, round * 1000 + 99));
            Assert.Equal((-1, -1, long.MinValue), (ends.Head, ends.Tail, history.OldestTime(ends)));
        }
        Assert.InRange(history.Bytes, 1, 64 * 1024);
    }

    [Fact]
    public void Events_of_one_time_keep_the_order_of_arrival()
    {
        // Seen through sums of doubles, which depend on it: large and small values in the order that they came.
        var history = new EventHistory(Layout);
        var ends = new HistoryEnds { Head = -1, Tail = -1 };
        double[] values = [1e16, 1, -1e16, 1];
        foreach (var value in values) history.Insert(ref ends, 5, [BitConverter.DoubleToInt64Bits(value)]);
        Assert.Equal(values.Aggregate(0.0, (sum, v) => sum + v), Value(history, ends, 4, 5, SumAggregate.Instance));
    }

    private static void Check(EventHistory history, HistoryEnds ends, List<(long Time, double Value)> model, long after, long upTo)
    {
        var values = model.Where(e => e.Time > after && e.Time <= upTo).Select(e => e.Value).ToList();
        foreach (var function in Reference.Functions)
            Reference.Close(Reference.Of(function, values), Value(history, ends, after, upTo, function), $"{function} in ({after}, {upTo}]");
    }

    private static double? Value(EventHistory history, HistoryEnds ends, long after, long upTo, IAggregate function)
    {
        var words = new long[Layout.Words];
        history.Query(ends, after, upTo, words);
        var column = new Column(function.ResultType(ColumnType.Double));
        column.EnsureCapacity(1);
        Layout.Result(words, function, function.TakesValue ? 0 : -1, column, 0);
        return column.IsNull(0) ? null : column.AsDouble(0);
    }
}
