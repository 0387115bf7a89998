using System.Globalization;
using System.Text.Json;
using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Tests.Aggregates;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Steps.Window;

public class WindowOperatorTests
{
    [Theory]
    [InlineData(1, 60_000, 60_000)]
    [InlineData(2, 60_000, 10_000)]
    [InlineData(3, 3_600_000, 3_600_000)]
    [InlineData(4, 20_000, 1_000)]
    public void Windows_hold_what_grouping_all_events_that_came_in_time_gives(int seed, long size, long every)
    {
        var events = Streams.Events(new Random(seed), 1500, late: 0.08);
        using var driver = Run(events, size, every);

        // A row belongs to each window around its time that the watermark had not passed when it came.
        var windows = new SortedDictionary<(long Start, string Key), List<Event>>();
        var late = new List<Event>();
        var watermark = long.MinValue;
        foreach (var e in events)
        {
            var taken = false;
            for (var start = e.Time - e.Time % every; start > e.Time - size; start -= every)
            {
                if (start + size <= watermark) continue;
                if (!windows.TryGetValue((start, e.Key), out var list)) windows[(start, e.Key)] = list = [];
                list.Add(e);
                taken = true;
            }
            if (!taken) late.Add(e);
            watermark = Math.Max(watermark, e.Time - Plans.WatermarkDelay);
        }

        var expected = windows.Select(w => Line(w.Key.Key, w.Key.Start, size, w.Value)).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Results(driver).Order(StringComparer.Ordinal));
        Assert.Equal(late.Select(e => e.Id), Rows(driver, Plans.LateRows).Select(r => r.GetProperty("id").GetInt64()));
        Assert.Equal(late.Count, driver.Processor.Counters.Late);
        Assert.NotEmpty(late);
    }

    [Fact]
    public void Windows_close_in_order_of_their_end_and_keys_in_order_of_appearance()
    {
        Event[] events = [At(0, 1_000, "3"), At(1, 2_000, "1"), At(2, 61_000, "1"), At(3, 3_000, "2"), At(4, 200_000, "1")];
        using var driver = Run(events, 60_000, 60_000);
        Assert.Equal(["3 0", "1 0", "2 0", "1 60000", "1 180000"], Rows(driver, Plans.Results).Select(r => $"{r.GetProperty("key")} {r.GetProperty("window_start").GetInt64() - Streams.Start}"));
    }

    [Fact]
    public void A_window_that_a_drain_closed_stays_closed()
    {
        using var driver = new Driver(Job(60_000, 60_000), 0, 0, Plans.Setup(1));
        driver.Run([Of(At(0, 1_000)), new Happening(null, Drain: true), Of(At(1, 2_000)), Of(At(2, 60_000)), new Happening(null, Drain: true)], 0, 5, () => 9);
        driver.Commit();
        Assert.Equal([0, 60_000], Rows(driver, Plans.Results).Select(r => r.GetProperty("window_start").GetInt64() - Streams.Start));
        Assert.Equal([1], Rows(driver, Plans.LateRows).Select(r => r.GetProperty("id").GetInt64()));
    }

    [Fact]
    public void Events_before_1970_fall_into_windows_that_begin_before_them()
    {
        using var driver = Run([new Event(0, -60_001, "1", 1, null), new Event(1, -60_000, "1", 1, null), new Event(2, -1, "1", 1, null)], 60_000, 60_000);
        Assert.Equal([(-120_000L, 1L), (-60_000, 2)], Rows(driver, Plans.Results).Select(r => (r.GetProperty("window_start").GetInt64(), r.GetProperty("count").GetInt64())));
    }

    [Fact]
    public void Rows_in_replay_are_not_counted_again()
    {
        using var driver = new Driver(Job(60_000, 60_000), 0, 0, Plans.Setup(1));
        driver.Processor.Emitting = false;
        driver.Run([Of(At(0, 1_000_000)), Of(At(1, 0))], 0, 2, () => 9);
        Assert.Equal(0, driver.Processor.Counters.Late);
    }

    private static Event At(long id, long time, string key = "1") => new(id, Streams.Start + time, key, 1, null);

    private static Happening Of(Event e) => new(e.Json(false));

    private static JobPlan Job(long size, long every) => Plans.Job(Plans.Source(false, [], [.. Plans.Window(false, size, every, lateTopic: true)]));

    private static Driver Run(IEnumerable<Event> events, long size, long every)
    {
        var driver = new Driver(Job(size, every), 0, 0, Plans.Setup(1));
        List<Happening> all = [.. events.Select(Of), new Happening(null, Drain: true)];
        driver.Run(all, 0, all.Count, () => 100);
        driver.Commit();
        return driver;
    }

    private static IEnumerable<JsonElement> Rows(Driver driver, string topic) =>
        driver.Outputs.GetValueOrDefault(topic, []).Select(line => JsonDocument.Parse(line[line.IndexOf('{')..line.LastIndexOf('}')] + "}").RootElement);

    private static IEnumerable<string> Results(Driver driver) => Rows(driver, Plans.Results).Select(r => string.Create(CultureInfo.InvariantCulture,
        $"{r.GetProperty("key")} {r.GetProperty("window_start")}-{r.GetProperty("window_end")} {r.GetProperty("count")} {r.GetProperty("sum").GetDouble():F6} {r.GetProperty("min").GetDouble():F6} {r.GetProperty("max")} {r.GetProperty("avg").GetDouble():F6} {r.GetProperty("stddev").GetDouble():F6}"));

    private static string Line(string key, long start, long size, List<Event> events) => string.Create(CultureInfo.InvariantCulture,
        $"{key} {start}-{start + size} {events.Count} {events.Sum(e => e.Amount):F6} {events.Min(e => e.Amount):F6} {events.Max(e => e.Id)} {events.Average(e => e.Amount):F6} {Reference.Of(StdDevAggregate.Instance, [.. events.Select(e => e.Amount)]):F6}");
}
