using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps.Window;

namespace StreamGrains.Specs.Tests;

public class PlanTests
{
    [Fact]
    public void A_layout_holds_the_input_and_then_what_the_steps_compute()
    {
        var plan = Compile.Steps("  - derive: { x: amount * 2, y: x > 1 }\n  - rolling: { n: count() over 1d, m: min(count) over 1h delayed 1h }\n  - to: { topic: out }");
        var stage = Assert.Single(plan.Stages);

        Assert.Equal(["id", "ts", "amount", "maybe", "count", "flag", "name", "other", "x", "y", "n", "m"], stage.Layout.Columns.Select(c => c.Name));
        Assert.Equal([new("x", ColumnType.Double), new("y", ColumnType.Bool), new("n", ColumnType.Long), new("m", ColumnType.Long, Nullable: true)], stage.Layout.Columns.Skip(8));
        Assert.Equal(Enumerable.Range(0, 12), Assert.Single(stage.Steps.OfType<SinkPlan>()).Fields);
        Assert.Equal(["derive-1", "rolling-1", "to-1"], stage.Steps.Select(s => s.Id));
    }

    [Fact]
    public void An_exchange_carries_its_key_and_what_later_stages_read()
    {
        var plan = Compile.Steps("""
              - derive: { unused: 1, x: amount * 2 }
              - key: name
              - rolling: { n: sum(x) over 1d }
              - key: count
              - to: { topic: out, when: flag, key: id, fields: [n] }
            """);

        Assert.Equal(["id", "count", "flag", "name", "x"], Carried(plan, 0));
        Assert.Equal(["id", "count", "flag", "n"], Carried(plan, 1));
        Assert.Equal(["id", "count", "flag", "name", "x", "n"], plan.Stages[1].Layout.Columns.Select(c => c.Name));
        Assert.Equal(["test.by-name", "test.by-count"], plan.Stages.Skip(1).Select(s => s.Input.Topic));
        Assert.Equal(Enumerable.Range(0, 5), ((ExchangeInput)plan.Stages[1].Input).Columns);
    }

    [Fact]
    public void A_sink_without_fields_makes_every_column_cross()
    {
        var plan = Compile.Steps("  - key: name\n  - to: { topic: out }");

        Assert.Equal(plan.Stages[0].Layout.Columns.Select(c => c.Name), Carried(plan, 0));
    }

    [Fact]
    public void The_same_key_twice_gets_two_topics()
    {
        var plan = Compile.Steps("  - key: name\n  - key: count\n  - key: name\n  - to: { topic: out, fields: [id] }");

        Assert.Equal(["test.by-name", "test.by-count", "test.by-name-2"], plan.Stages.Skip(1).Select(s => s.Input.Topic));
    }

    [Fact]
    public void A_window_ends_the_columns_and_starts_its_own()
    {
        var plan = Compile.Steps("""
              - window: { hopping: { size: 1h, every: 10m }, aggregates: { total: sum(amount), flags: sum(flag), n: count() }, late: { topic: late } }
              - derive: { mean: total / n }
              - key: flags
              - to: { topic: out, fields: [mean, id] }
            """);
        var window = Assert.Single(plan.Stages[0].Steps.OfType<WindowPlan>());

        Assert.Equal(
            [new("id", ColumnType.Long), new("window_start", ColumnType.Timestamp), new("window_end", ColumnType.Timestamp), new("total", ColumnType.Double),
             new("flags", ColumnType.Long), new("n", ColumnType.Long), new("mean", ColumnType.Double, Nullable: true)],
            window.Results.Columns);
        Assert.Equal((3_600_000, 600_000), (window.SizeMs, window.EveryMs));
        Assert.Equal([3, 4, 5], window.Aggregates.Select(a => a.Column));
        Assert.Equal(Enumerable.Range(0, 8), window.Late!.Fields);
        Assert.Equal(8, plan.Stages[0].Layout.Columns.Count);
        Assert.Equal(["id", "flags", "mean"], Carried(plan, 0));
        Assert.Equal([2, 0], Assert.Single(plan.Stages[1].Steps.OfType<SinkPlan>()).Fields);
    }

    [Fact]
    public void Equal_arguments_are_kept_once()
    {
        var plan = Compile.Steps("  - rolling: { a: avg(amount) over 1d, b: sum( amount ) over 7d, c: sum(amount*2) over 1d, d: max((amount * 2)) over 1d }\n  - to: { topic: out }");
        var rolling = Assert.Single(plan.Stages[0].Steps.OfType<RollingPlan>());

        Assert.Equal(2, rolling.Values.Count);
        Assert.Equal([0, 0, 1, 1], rolling.Features.Select(f => f.Value));
    }

    [Fact]
    public void Settings_and_fields_reach_the_plan()
    {
        var plan = Compile.Good("""
            job: a
            guarantee: at-least-once
            commit: { every: 1s, records: 5 }
            snapshot: { every: 1h, records: 7 }
            alignment: 2h
            slots: 3
            standby: 1
            dead_letters: { topic: dead }
            sources:
              s:
                topic: t
                format: csv
                fields: { a: "long?", k: { type: string, from: key }, h: { type: timestamp_s, from: header, name: x-time, optional: true } }
                watermark: { delay: 0s, idle_after: 1m }
            steps: [ { from: s }, { to: { topic: out, format: csv } } ]
            """);

        Assert.Equal((false, 1000, 5, 3_600_000, 7, 7_200_000, 3, "dead"),
            (plan.ExactlyOnce, plan.CommitEveryMs, plan.CommitRecords, plan.SnapshotEveryMs, plan.SnapshotRecords, plan.AlignmentMs, plan.Slots, plan.DeadLetterTopic));
        Assert.Equal(1, plan.Standby);
        var source = (SourceInput)plan.Stages[0].Input;
        Assert.Equal((CsvFormat.Instance, -1, 0, 60_000), (source.Format, source.TimeColumn, source.WatermarkDelayMs, source.IdleAfterMs));
        Assert.Equal([new("a", FieldKind.Long, Optional: true), new("k", FieldKind.String, FieldPlace.Key), new("x-time", FieldKind.TimestampSeconds, FieldPlace.Header, Optional: true)], source.Fields);
    }

    [Theory]
    [InlineData("bytes", "payload: string, id: { type: string, from: key }", null)]
    [InlineData("text", "payload: string", null)]
    [InlineData("text", "payload: long", "a value in format text is one field, a string; further fields come from the key or a header, such as { type: string, from: key }")]
    [InlineData("bytes", "a: string, b: string", "a value in format bytes is one field, a string; further fields come from the key or a header, such as { type: string, from: key }")]
    public void A_value_that_is_one_string_has_one_field(string format, string fields, string? mistake)
    {
        var text = $"job: a\nsources: {{ s: {{ topic: t, format: {format}, fields: {{ {fields} }} }} }}\nsteps: [ {{ from: s }}, {{ to: {{ topic: out }} }} ]";
        Assert.Equal(mistake is null ? [] : [mistake], JobCompiler.Compile(text, "a", [], null, "/").Errors.Select(e => e.Message));
    }

    [Fact]
    public void A_spec_made_in_code_compiles_and_its_mistakes_name_the_place()
    {
        var spec = new JobSpec
        {
            Job = "built",
            Sources = new() { ["s"] = new() { Topic = "t", Fields = new() { ["a"] = new() { Type = FieldType.Double } } } },
            Steps = [new() { From = "s" }, new() { Filter = "a > 0" }, new() { To = new() { Topic = "out" } }],
        };

        Assert.NotNull(JobCompiler.Compile(spec, null, "/").Plan);
        var bad = JobCompiler.Compile(spec with { Steps = [new() { From = "s" }, new() { Filter = "b > 0" }, new() { To = new() { Topic = "out" } }] }, null, "/");
        Assert.Equal("built: steps[1].filter: unknown column 'b'", Assert.Single(bad.Errors).ToString());
    }

    private static IEnumerable<string> Carried(JobPlan plan, int stage) =>
        Assert.Single(plan.Stages[stage].Steps.OfType<ExchangePlan>()).Columns.Select(c => (plan.Stages[stage].Steps.OfType<WindowPlan>().FirstOrDefault()?.Results ?? plan.Stages[stage].Layout).Columns[c].Name);
}
