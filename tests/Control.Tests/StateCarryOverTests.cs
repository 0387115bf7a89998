using StreamGrains.Control.Savepoints;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Control.Tests;

public sealed class StateCarryOverTests
{
    private const string Source = "source 'events': its place and event time are carried over";

    private const string Steps = """
          - filter: amount > 0
          - derive: { x: amount * 2 }
          - rolling: { n: count() over 1d, a: avg(x) over 7d }
          - derive: { y: a + 1 }
          - key: name
          - rolling: { m: max(y) over 1h delayed 1h }
          - window: { tumbling: 1h, aggregates: { most: max(y), events: count() } }
          - rolling: { peaks: sum(most) over 1d }
          - to: { topic: out }
        """;

    [Fact]
    public void What_a_spec_adds_starts_empty_and_everything_else_is_carried_over_whatever_its_number() => Assert.Equal(
        [
            Source, "rolling-1 (added): starts empty, complete after 1h of event time", "rolling-2 (n, a): carried over, it was rolling-1", "rolling-3 (m): carried over, it was rolling-2",
            "window-1 (most, events): carried over", "rolling-4 (peaks): carried over, it was rolling-3",
        ],
        Notes("  - filter: amount > 0", "  - rolling: { added: sum(count) over 1h }\n  - filter: amount > 0"));

    [Fact]
    public void A_step_that_means_something_else_is_dropped_and_starts_empty_with_all_that_is_made_of_it()
    {
        string[] longer =
        [
            Source, "rolling-1 (n, a): starts empty, complete after 8d of event time", "rolling-1 (n, a) of the revision before: dropped",
            "rolling-2 (m): starts empty, complete after 2h of event time", "window-1 (most, events): starts empty, and windows that are open now have only what comes from now on", "rolling-3 (peaks): starts empty, complete after 1d of event time",
            "rolling-2 (m) of the revision before: dropped", "window-1 (most, events) of the revision before: dropped", "rolling-3 (peaks) of the revision before: dropped",
        ];
        Assert.Equal(longer, Notes("avg(x) over 7d", "avg(x) over 8d"));
    }

    [Fact]
    public void A_step_that_is_gone_is_dropped() => Assert.Equal("rolling-3 (peaks) of the revision before: dropped", Notes("  - rolling: { peaks: sum(most) over 1d }\n", "")[^1]);

    [Fact]
    public void Of_a_step_that_has_only_got_more_results_it_is_said_how_to_keep_those_that_it_had()
    {
        const string Grown = "a: avg(x) over 7d, s: sum(x) over 1d }";
        Assert.Contains(
            "rolling-1 (n, a) of the revision before: dropped (to keep it, leave that step as it was, and put s into a step of its own behind it)", Notes("a: avg(x) over 7d }", Grown));
        Assert.False(Decide("a: avg(x) over 7d }", "a: avg(x) over 7d }\n  - rolling: { s: sum(x) over 1d }").Loses);
    }

    [Theory]
    [InlineData("n: count() over 1d, a:", "many: count() over 1d, a:")]
    [InlineData("- to: { topic: out }", "- derive: { z: peaks * 2 }\n  - to: { topic: out }")]
    [InlineData("amount: double", "country: string, amount: double")]
    [InlineData("flag: bool, ", "")]
    [InlineData("x: amount * 2", "w: amount * 3, x: amount * 2")]
    [InlineData("  - derive: { y: a + 1 }", "  - derive: { y: a + 1, v: n }")]
    [InlineData("amount > 0", "(amount>0)")]
    public void What_a_step_is_not_made_of_may_change(string from, string to) => Assert.False(Decide(from, to).Loses);

    [Theory]
    [InlineData("amount > 0", "amount > 1")]
    [InlineData("x: amount * 2", "x: amount * 3")]
    [InlineData("n: count() over 1d, ", "")]
    [InlineData("amount: double", "amount: { type: double, name: value }")]
    [InlineData("amount: double", "amount: long")]
    [InlineData("delayed 1h", "delayed 2h")]
    [InlineData("tumbling: 1h", "hopping: { size: 1h, every: 30m }")]
    [InlineData("sum(most)", "sum(events)")]
    [InlineData("  - filter: amount > 0\n", "")]
    [InlineData("  - derive: { y: a + 1 }", "  - derive: { y: a + 2 }")]
    public void What_a_step_is_made_of_may_not(string from, string to) => Assert.True(Decide(from, to).Loses);

    [Fact]
    public void Of_two_steps_of_one_meaning_each_keeps_a_state_of_its_own()
    {
        var two = Compile.Steps("  - rolling: { n: count() over 1d }\n  - rolling: { m: count() over 1d }\n  - to: { topic: out }");
        var one = Compile.Steps("  - rolling: { m: count() over 1d }\n  - to: { topic: out }");
        Assert.Equal([("rolling-1", "rolling-1"), ("rolling-2", "rolling-2")], StateCarryOver.Of(two, two).Carried.Select(c => (c.Key, c.Value)));
        Assert.Equal(("rolling-1", "rolling-2"), StateCarryOver.Of(two, one).Carried.Select(c => (c.Key, c.Value)).Single());
        Assert.Equal(("rolling-2", "rolling-1"), StateCarryOver.Of(one, two).Carried.Select(c => (c.Key, c.Value)).Single());
        Assert.True(StateCarryOver.Of(two, one).Loses);
        Assert.False(StateCarryOver.Of(one, two).Loses);
    }

    [Fact]
    public void In_csv_the_place_of_a_field_is_part_of_it()
    {
        var csv = Spec.Replace("topic: events", "topic: events\n    format: csv", StringComparison.Ordinal);
        Assert.True(StateCarryOver.Of(Compile.Good(csv), Compile.Good(csv.Replace("{ id: long,", "{ country: string, id: long,", StringComparison.Ordinal))).Loses);
        Assert.False(StateCarryOver.Of(Compile.Good(csv), Compile.Good(csv.Replace("other: string?", "other: string?, country: string", StringComparison.Ordinal))).Loses);
    }

    [Theory]
    [InlineData("topic: events", "topic: others", "source is another")]
    [InlineData("    event_time: ts\n", "", "source is another")]
    [InlineData("    event_time: ts", "    event_time: ts\n    watermark: { delay: 5s }", "source is another")]
    [InlineData("ts: timestamp_ms", "ts: timestamp_s", "source is another")]
    [InlineData("topic: events", "topic: events\n    format: csv", "source is another")]
    [InlineData("key: name", "key: count", "its key steps are count, and were name")]
    [InlineData("name: string", "name: { type: string, name: nick }", "its key steps are name, and were name of another meaning")]
    [InlineData("  - key: name\n", "", "its key steps are none, and were name")]
    public void Where_a_job_cannot_go_on_is_said(string from, string to, string why)
    {
        var spec = why.Contains("none", StringComparison.Ordinal) ? Spec.Replace("  - rolling: { m: max(y) over 1h delayed 1h }\n", "", StringComparison.Ordinal) : Spec;
        Assert.Contains(why, StateCarryOver.Obstacle(Compile.Good(spec), Changed(spec, from, to)), StringComparison.Ordinal);
        Assert.Null(StateCarryOver.Obstacle(Compile.Good(spec), Compile.Good(spec)));
    }

    private static string Spec => Compile.Source + Steps;

    private static IReadOnlyList<string> Notes(string from, string to) => Decide(from, to).Notes;

    private static StateCarryOver Decide(string from, string to)
    {
        var (before, after) = (Compile.Good(Spec), Changed(Spec, from, to));
        Assert.Null(StateCarryOver.Obstacle(before, after));
        return StateCarryOver.Of(before, after);
    }

    private static JobPlan Changed(string spec, string from, string to)
    {
        Assert.Contains(from, spec, StringComparison.Ordinal);
        return Compile.Good(spec.Replace(from, to, StringComparison.Ordinal));
    }
}
