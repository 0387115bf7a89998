using System.Globalization;
using System.Text.Json;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Tests.Aggregates;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Processing;

/// <summary>Looking for a key's state: the answer is what a row would see or a window would say, and nothing changes by it.</summary>
public class FindTests
{
    [Theory, InlineData(1, false), InlineData(2, true), InlineData(3, false), InlineData(4, true), InlineData(5, false), InlineData(6, true)]
    public void Features_are_those_of_a_row_at_the_watermark_and_nothing_changes(int seed, bool textKeys)
    {
        var random = new Random(seed);
        var (rolling, columns) = Plans.Rolling(delayed: true);
        var job = Plans.Job(Plans.Source(textKeys, columns, rolling, Plans.Sink(Plans.Layout(textKeys, columns))));
        var all = Streams.Happenings(random, Streams.Events(random, 500, late: 0.1), textKeys, between: true);
        for (var round = 0; round < 20; round++)
        {
            var at = random.Next(50, all.Count);
            using var driver = new Driver(job, 0, 0, Plans.Setup(1));
            driver.Run(all, 0, at, () => 20);
            driver.Commit();
            const string Key = "111111111";
            var state = driver.State();
            driver.Processor.Find(Key);
            Assert.Equal(state, driver.State());

            var probe = new Event(1_000_000, driver.Processor.Watermark, Key, 77.125, null);
            driver.Outputs.Clear();
            driver.Run([new Happening(probe.Json(textKeys))], 0, 1, () => 1);
            var found = Assert.Single(driver.Processor.Find(Key));
            Assert.Equal(("rolling", probe.Time), (found.Step, found.Watermark));
            // Lets the rows go that wait, the probe at last; no event comes with that.
            driver.Run([new Happening(null, probe.Time + 300_000)], 0, 1, () => 1);
            driver.Commit();
            var row = Rows(driver, Plans.Results).Last();
            Assert.Equal(probe.Id, row.GetProperty("id").GetInt64());
            Assert.All(columns, c => Assert.Equal(Number(row.GetProperty(c.Name)), found.Values[c.Name]));
            Assert.Equal(columns.Count, found.Values.Count);
        }
    }

    [Theory, InlineData(1, false), InlineData(2, true), InlineData(3, false), InlineData(4, true), InlineData(5, false), InlineData(6, true)]
    public void Features_are_what_looking_back_from_the_watermark_at_all_events_gives(int seed, bool textKeys)
    {
        var random = new Random(seed);
        var events = Streams.Events(random, 600, late: 0);
        var (rolling, columns) = Plans.Rolling(delayed: true);
        using var driver = new Driver(Plans.Job(Plans.Source(textKeys, columns, rolling)), 0, 0, Plans.Setup(1));
        for (var at = 0; at < events.Count; at += 60)
        {
            driver.Run([.. events.Select(e => new Happening(e.Json(textKeys)))], at, at + 60, () => 7);
            var watermark = events.Take(at + 60).Max(e => e.Time) - Plans.WatermarkDelay;
            foreach (var key in events.Select(e => e.Key).Distinct())
            {
                if (driver.Processor.Find(key).SingleOrDefault() is not { } found) continue;
                foreach (var feature in rolling.Features)
                {
                    var upTo = watermark - feature.DelayMs;
                    var values = events.Take(at + 60).Where(e => e.Key == key && e.Time > upTo - feature.OverMs && e.Time <= upTo).Select(e => feature.Value == 1 ? e.Id : e.Amount).ToList();
                    var name = columns[feature.Column - Plans.FirstComputed].Name;
                    Reference.Close(Reference.Of(feature.Function, values), found.Values[name], $"{name} of key {key} after {at + 60} events");
                }
            }
        }
        Assert.NotEmpty(driver.Processor.Find(events[^1].Key));
    }

    [Theory]
    [InlineData(1, false, 60_000, 60_000)]
    [InlineData(2, true, 60_000, 60_000)]
    [InlineData(3, false, 60_000, 10_000)]
    [InlineData(4, true, 20_000, 1_000)]
    public void Open_windows_are_those_that_would_come_out_if_the_input_ended_now_and_nothing_changes(int seed, bool textKeys, long size, long every)
    {
        var random = new Random(seed);
        var all = Streams.Happenings(random, Streams.Events(random, 400, late: 0.1), textKeys, between: true);
        using var driver = new Driver(Plans.Job(Plans.Source(textKeys, [], [.. Plans.Window(textKeys, size, every, lateTopic: false)])), 0, 0, Plans.Setup(1));
        driver.Run(all, 0, all.Count, () => 20);
        driver.Commit();
        var state = driver.State();
        var found = Enumerable.Range(0, 7).Select(k => k == 0 ? "9" : new string((char)('0' + k), 1 + k % 3 * 8))
            .SelectMany(key => driver.Processor.Find(key).SelectMany(s => s.Windows.Select(w => Line(key, w)))).ToList();
        Assert.Equal(state, driver.State());

        driver.Outputs.Clear();
        driver.Run([new Happening(null, Drain: true)], 0, 1, () => 1);
        driver.Commit();
        Assert.Equal(Rows(driver, Plans.Results).Select(Line).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.NotEmpty(found);
    }

    [Fact]
    public void Windows_of_a_key_are_told_oldest_first()
    {
        using var driver = new Driver(Plans.Job(Plans.Source(false, [], [.. Plans.Window(false, 10_000, 1_000, lateTopic: false)])), 0, 0, Plans.Setup(1));
        driver.Run([Of(14_000), Of(12_000), Of(16_000)], 0, 3, () => 9);
        var starts = Assert.Single(driver.Processor.Find("1")).Windows.Select(w => w.Start).ToList();
        Assert.Equal(starts.Order(), starts);
        Assert.Equal(14, starts.Count);
    }

    [Theory, InlineData("2"), InlineData("one"), InlineData(""), InlineData("9223372036854775808")]
    public void A_key_that_is_not_here_has_nothing(string key)
    {
        var (rolling, columns) = Plans.Rolling(delayed: false);
        using var driver = new Driver(Plans.Job(Plans.Source(false, columns, rolling)), 0, 0, Plans.Setup(1));
        Assert.Empty(driver.Processor.Find(key));
        driver.Run([Of(0)], 0, 1, () => 9);
        Assert.Empty(driver.Processor.Find(key));
        Assert.Single(driver.Processor.Find("1"));
        Assert.Single(driver.Processor.Find("01"));
    }

    [Fact]
    public void A_key_whose_events_are_all_out_of_reach_has_nothing_although_it_was_not_swept_yet()
    {
        var (rolling, columns) = Plans.Rolling(delayed: false);
        using var driver = new Driver(Plans.Job(Plans.Source(false, columns, rolling)), 0, 0, Plans.Setup(1));
        driver.Run([Of(0), new Happening(null, Streams.Start + 59_999)], 0, 2, () => 9);
        Assert.Single(driver.Processor.Find("1"));
        driver.Run([new Happening(null, Streams.Start + 60_000)], 0, 1, () => 9);
        Assert.Empty(driver.Processor.Find("1"));
        Assert.Equal(1, driver.Processor.StateSize.Keys);
    }

    [Fact]
    public void While_an_upstream_partition_is_silent_there_is_no_watermark_and_no_feature_has_a_value()
    {
        var (rolling, columns) = Plans.Rolling(delayed: false);
        var job = Plans.Job(Plans.Source(false, [], Plans.Exchange()), Plans.Keyed(false, columns, rolling));
        using var upstream = new Driver(job, 0, 0, Plans.Setup(2, 1));
        upstream.Run([Of(0)], 0, 1, () => 1);
        upstream.Commit();
        using var driver = new Driver(job, 1, 0, Plans.Setup(2, 1));
        driver.Run([new Happening(upstream.Blocks[0].Single())], 0, 1, () => 1);

        var found = Assert.Single(driver.Processor.Find("1"));
        Assert.Equal(long.MinValue, found.Watermark);
        Assert.All(found.Values.Values, v => Assert.Null(v));
    }

    [Fact]
    public void A_step_behind_rows_that_wait_answers_for_the_watermark_that_it_was_told()
    {
        using var driver = new Driver(BatchCutTests.Job("rolling then window", false), 0, 0, Plans.Setup(1, 3));
        driver.Run([Of(0), Of(10_000)], 0, 2, () => 9);
        var found = driver.Processor.Find("1");
        Assert.Equal([("rolling", Streams.Start + 5_000), ("window", Streams.Start - 5_000)], found.Select(f => (f.Step, f.Watermark)));
        Assert.Equal(1, Assert.Single(found[1].Windows).Values["count"]);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_key_is_looked_for_in_the_partition_that_its_rows_are_sent_to(bool textKeys)
    {
        var job = Plans.Job(Plans.Source(textKeys, [], Plans.Exchange()), Plans.Keyed(textKeys, []));
        using var driver = new Driver(job, 0, 0, Plans.Setup(1, 5));
        var keys = Enumerable.Range(-50, 100).Select(k => textKeys ? new string('k', k + 51) : k.ToString(CultureInfo.InvariantCulture)).ToList();
        driver.Run([.. keys.Select((k, i) => new Happening(new Event(i, Streams.Start, k, 1, null).Json(textKeys)))], 0, keys.Count, () => 20);
        driver.Commit();
        foreach (var (partition, blocks) in driver.Blocks)
        {
            foreach (var block in blocks)
            {
                var rows = new RowBatch(job.Stages[1].Layout);
                Assert.True(BlockReader.TryRead(block, rows, ((ExchangeInput)job.Stages[1].Input).Columns, out _));
                for (var row = 0; row < rows.Count; row++)
                {
                    Assert.True(LookupKey.TryParse(keys[(int)rows.Columns[Plans.Id].Longs[row]], textKeys ? ColumnType.String : ColumnType.Long, out var key));
                    Assert.Equal(partition, key.PartitionOf(5));
                }
            }
        }
        Assert.Equal(5, driver.Blocks.Count);
    }

    private static Happening Of(long time) => new(new Event(0, Streams.Start + time, "1", 1, null).Json(false));

    private static string Line(string key, OpenWindow window) => string.Create(CultureInfo.InvariantCulture,
        $"{key} {window.Start}-{window.End} {string.Join(' ', window.Values.Select(v => $"{v.Key}={v.Value}"))}");

    private static string Line(JsonElement row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.GetProperty("key")} {row.GetProperty("window_start")}-{row.GetProperty("window_end")} {string.Join(' ', row.EnumerateObject().Skip(3).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name}={p.Value.GetDouble()}")))}");

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();

    private static IEnumerable<JsonElement> Rows(Driver driver, string topic) =>
        driver.Outputs.GetValueOrDefault(topic, []).Select(line => JsonDocument.Parse(line[line.IndexOf('{')..line.LastIndexOf('}')] + "}").RootElement);
}
