using StreamGrains.Server.Telemetry;

namespace StreamGrains.Server.Tests.Telemetry;

public sealed class GrowingTotalsTests
{
    private readonly GrowingTotals totals = new();

    [Fact]
    public void A_part_that_leaves_takes_nothing_from_the_total_and_starts_anew_when_it_comes_back()
    {
        Assert.Equal(15, Add(("a", 10), ("b", 5)));
        Assert.Equal(17, Add(("a", 12)));
        Assert.Equal(20, Add(("a", 12), ("b", 3)));
    }

    [Fact]
    public void A_counter_that_began_anew_between_two_readings_counts_from_zero()
    {
        Assert.Equal(10, Add(("a", 10)));
        Assert.Equal(14, Add(("a", 4)));
    }

    [Fact]
    public void Counters_older_than_this_process_count_from_where_they_are_first_seen()
    {
        Assert.Equal(0, Add(fromZero: false, ("a", 1_000)));
        Assert.Equal(7, Add(fromZero: false, ("a", 1_007)));
    }

    private long Add(params (string Part, long Count)[] readings) => Add(fromZero: true, readings);

    private long Add(bool fromZero, params (string Part, long Count)[] readings) =>
        totals.Add(readings.Select(r => ("job", (object)r.Part, r.Count)), fromZero)["job"];
}
