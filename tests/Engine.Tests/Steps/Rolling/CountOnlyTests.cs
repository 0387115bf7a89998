using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Steps.Rolling;

namespace StreamGrains.Engine.Tests.Steps.Rolling;

public class CountOnlyTests
{
    [Fact]
    public void Events_without_values_are_counted_however_many_and_in_whatever_order()
    {
        var layout = new AggregateLayout([], [(CountAggregate.Instance, -1)]);
        var history = new EventHistory(layout);
        var ends = new HistoryEnds { Head = -1, Tail = -1 };

        for (var i = 0; i < 100; i++) history.Insert(ref ends, i * 7 % 100, []);

        var words = new long[layout.Words];
        history.Query(ends, 9, 59, words);
        Assert.Equal(50, words[0]);
    }
}
