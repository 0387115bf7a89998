using System.Text.Json;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Tests.Aggregates;
using StreamGrains.Engine.Tests.Processing;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Steps.Rolling;

public class RollingOperatorTests
{
    [Theory, InlineData(1, false), InlineData(2, true), InlineData(3, false), InlineData(4, true), InlineData(5, false)]
    public void Features_are_what_looking_at_all_events_gives(int seed, bool textKeys)
    {
        var events = Streams.Events(new Random(seed), 1200, late: 0);
        var (rolling, columns) = Plans.Rolling(delayed: true);
        var layout = Plans.Layout(textKeys, columns);
        using var driver = new Driver(Plans.Job(Plans.Source(textKeys, columns, rolling, Plans.Sink(layout))), 0, 0, Plans.Setup(1));
        List<Happening> all = [.. events.Select(e => new Happening(e.Json(textKeys))), new Happening(null, Drain: true)];
        driver.Run(all, 0, all.Count, () => 50);
        driver.Commit();

        var rows = Results(driver);
        Assert.Equal(events.Select(e => e.Id), rows.Select(r => r.GetProperty("id").GetInt64()));
        for (var i = 0; i < events.Count; i++)
            foreach (var feature in rolling.Features) Check(rows[i], columns[feature.Column - Plans.FirstComputed].Name, feature, events, i);
        Assert.True(driver.Processor.Counters.Held > 100);
        Assert.Equal(0, driver.Processor.Counters.Late);
    }

    [Theory, InlineData(1, false), InlineData(2, true), InlineData(3, false), InlineData(4, true)]
    public void Delayed_features_are_exact_however_far_apart_the_upstream_partitions_run(int seed, bool textKeys)
    {
        var random = new Random(seed);
        var (rolling, columns) = Plans.Rolling(delayed: true);
        var layout = Plans.Layout(textKeys, columns);
        var job = Plans.Job(Plans.Source(textKeys, [], Plans.Exchange()), Plans.Keyed(textKeys, columns, rolling, Plans.Sink(layout)));
        var blocks = BatchCutTests.Interleave(random, job, textKeys, late: 0);
        using var driver = new Driver(job, 1, 0, Plans.Setup(3, 1));
        driver.Run(blocks, 0, blocks.Count, () => 1);
        driver.Commit();

        var rows = Results(driver);
        var events = rows.Select(EventOf).ToList();
        Assert.Equal(450, rows.Count);
        for (var i = 0; i < rows.Count; i++)
            foreach (var feature in rolling.Features) Check(rows[i], columns[feature.Column - Plans.FirstComputed].Name, feature, events, i);
    }

    [Fact]
    public void Every_late_row_is_counted_and_taken()
    {
        var events = Streams.Events(new Random(3), 800, late: 0.1);
        var (rolling, columns) = Plans.Rolling(delayed: false);
        using var driver = new Driver(Plans.Job(Plans.Source(false, columns, rolling, Plans.Sink(Plans.Layout(false, columns)))), 0, 0, Plans.Setup(1));
        driver.Run([.. events.Select(e => new Happening(e.Json(false)))], 0, events.Count, () => 50);
        driver.Commit();

        var (late, watermark) = (0, long.MinValue);
        foreach (var e in events)
        {
            if (e.Time < watermark) late++;
            watermark = Math.Max(watermark, e.Time - Plans.WatermarkDelay);
        }
        Assert.Equal(late, driver.Processor.Counters.Late);
        Assert.True(late > 40);
        Assert.Equal(events.Count, Results(driver).Count);
    }

    [Fact]
    public void State_follows_the_keys_that_are_alive()
    {
        var (rolling, columns) = Plans.Rolling(delayed: true);
        using var driver = new Driver(Plans.Job(Plans.Source(true, columns, rolling, Plans.Sink(Plans.Layout(true, columns)))), 0, 0, Plans.Setup(1));
        var all = Enumerable.Range(0, 20_000).Select(i => new Happening(new Event(i, Streams.Start + i * 1000, $"key-{i}", 1, null).Json(true))).ToList();
        driver.Run(all, 0, all.Count, () => 500);

        // Alive are the keys of the last 45 s + 90 s + what waits; the sweep looks at one slot a row, so it goes round in as many rows as there are slots.
        Assert.InRange(driver.Processor.StateSize.Keys, 100, 1000);
    }

    private static void Check(JsonElement row, string name, RollingFeature feature, List<Event> events, int at)
    {
        var e = events[at];
        var upTo = e.Time - feature.DelayMs;
        // Without a delay a row sees what came before it; with one, all that is not late.
        var seen = feature.DelayMs > 0 ? events : events.Take(at + 1);
        var values = seen.Where(o => o.Key == e.Key && o.Time > upTo - feature.OverMs && o.Time <= upTo).Select(o => feature.Value == 1 ? o.Id : o.Amount).ToList();
        var actual = row.GetProperty(name);
        Reference.Close(Reference.Of(feature.Function, values), actual.ValueKind == JsonValueKind.Null ? null : actual.GetDouble(), $"{name} of event {e.Id}");
    }

    private static Event EventOf(JsonElement row) => new(
        row.GetProperty("id").GetInt64(), row.GetProperty("ts").GetInt64(), row.GetProperty("key").ToString(), row.GetProperty("amount").GetDouble(), null);

    private static List<JsonElement> Results(Driver driver) =>
        [.. driver.Outputs.GetValueOrDefault(Plans.Results, []).Select(line => JsonDocument.Parse(line[line.IndexOf('{')..line.LastIndexOf('}')] + "}").RootElement)];
}
