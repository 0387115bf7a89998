using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Runtime.Tests.Queries;

public sealed class KeyRouteTests
{
    private const string Count = "  - rolling: { n: count() over 1h }\n";
    private const string CountAgain = "  - rolling: { again: count() over 1h }\n";

    [Fact]
    public void State_of_the_source_stage_may_be_in_any_partition_because_others_choose_it()
    {
        var route = KeyRoute.Of(Job(Count), [6], "42").Value!;
        Assert.Equal(Enumerable.Range(0, 6).Select(p => new ProcessorId(0, p)), route.Processors);
        Assert.Equal([0, 1, 2, 3], route.Slots(4));
        Assert.Equal([new ProcessorId(0, 1), new ProcessorId(0, 5)], route.In(1, 4));
    }

    [Fact]
    public void State_behind_a_re_key_is_in_one_partition_and_only_its_slot_is_asked()
    {
        var plan = Job("  - key: name\n" + Count);
        var routes = Enumerable.Range(0, 100).Select(k => KeyRoute.Of(plan, [6, 6], $"key-{k}").Value!).ToList();
        Assert.All(routes, r => Assert.Equal(1, Assert.Single(r.Processors).Stage));
        Assert.All(routes, r => Assert.Equal(r.Processors[0].Partition % 4, Assert.Single(r.Slots(4))));
        Assert.Equal(6, routes.Select(r => r.Processors[0].Partition).Distinct().Count());
    }

    [Fact]
    public void A_text_is_looked_for_only_where_keys_are_texts()
    {
        var plan = Job(Count + "  - key: name\n" + CountAgain);
        Assert.Equal(1, Assert.Single(KeyRoute.Of(plan, [6, 6], "a").Value!.Processors).Stage);
        Assert.Equal(7, KeyRoute.Of(plan, [6, 6], "42").Value!.Processors.Count);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("4.5")]
    [InlineData("9223372036854775808")]
    public void A_text_that_is_no_key_is_refused_with_the_type_that_keys_have(string key)
    {
        var refusal = KeyRoute.Of(Job(Count + "  - key: count\n" + CountAgain), [6, 6], key).Refusal!;
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.Equal($"'{key}' is no key of job 'test', which keeps state by id (long), count (long): a long is a whole number such as 42", refusal.Message);
    }

    [Fact]
    public void A_job_without_state_is_refused()
    {
        var refusal = KeyRoute.Of(Job(""), [6], "42").Refusal!;
        Assert.Equal((RefusalKind.Invalid, "job 'test' keeps no state by key: it has neither a rolling nor a window step"), (refusal.Kind, refusal.Message));
    }

    private static JobPlan Job(string steps) => Compile.Steps(steps + "  - to: { topic: out }\n");
}
