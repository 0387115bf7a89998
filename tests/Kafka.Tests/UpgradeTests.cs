using System.Text.Json;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Kafka.Tests;

/// <summary>A job goes on under a spec that keeps other state, while events come.</summary>
[Collection(BrokerCollection.Name)]
public sealed class UpgradeTests(TestBroker broker) : CountingJobs(broker)
{
    private const string First = "  - rolling: { n: count() over 30d }", Second = "  - rolling: { again: count() over 30d }";

    private readonly TestBroker broker = broker;

    [Fact]
    public async Task Steps_that_are_kept_count_every_event_once_and_one_that_is_added_counts_from_then_on()
    {
        await Submit();
        Produce(4_000);
        // While the job is at it, and not before each key has been counted.
        await EveryKey("counts");

        var answer = await Upgrade(Spec.Replace(First, "  - rolling: { since: count() over 30d }\n" + First, StringComparison.Ordinal));

        Assert.Equal(
            [
                "source 'events': its place and event time are carried over", "rolling-1 (since): starts empty, complete after 30d of event time",
                "rolling-2 (n): carried over, it was rolling-1", "rolling-3 (again): carried over, it was rolling-2",
            ],
            answer.Value!.Notes);
        Produce(4_000);
        await Written("counts", Produced);
        await Written("recounts", Produced);
        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, Produced / Keys), c));
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, Produced / Keys), c));
        Assert.All(Since().Values, s =>
        {
            Assert.InRange(s.Count, 4_000 / Keys, Produced / Keys - 1);
            Assert.Equal(Enumerable.Range(1, s.Count), s);
        });
    }

    [Fact]
    public async Task A_step_that_changes_is_refused_until_its_loss_is_allowed_and_the_others_go_on()
    {
        await Submit();
        Produce(4_000);
        await Written("recounts", 400);
        var changed = Spec.Replace(Second, Second.Replace("30d", "31d", StringComparison.Ordinal), StringComparison.Ordinal);

        var refused = await Upgrade(changed);
        Assert.Equal(RefusalKind.Conflict, refused.Refusal!.Kind);
        Assert.Contains("rolling-2 (again) of the revision before: dropped", refused.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, JobRecords.Load().Single().Revision);
        Assert.Null((await Upgrade(changed, allowStateLoss: true)).Refusal);
        Produce(4_000);
        await Written("counts", Produced);
        await Written("recounts", Produced);

        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, Produced / Keys), c));
        Assert.All(Counts("recounts").Values, c =>
        {
            var before = c.LastIndexOf(1);
            Assert.Equal(Enumerable.Range(1, before).Concat(Enumerable.Range(1, Produced / Keys - before)), c);
            Assert.InRange(before, 0, 4_000 / Keys);
        });
        Assert.Contains(Counts("recounts").Values, c => c.LastIndexOf(1) > 0);
    }

    [Fact]
    public async Task The_savepoint_of_the_old_spec_is_the_way_back()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Null((await Upgrade(Spec.Replace(First, First.Replace("30d", "31d", StringComparison.Ordinal), StringComparison.Ordinal), allowStateLoss: true)).Refusal);
        var savepoints = (await Control.Savepoints(Name, default)).Value!;
        Assert.Equal([1, 2], savepoints.Select(s => s.Revision));

        Assert.Null((await Upgrade(Spec, allowStateLoss: true)).Refusal);
        Assert.Null((await Control.StartFrom(Name, savepoints[0].Id, default)).Refusal);
        Produce(400);
        await Written("counts", 800);
        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
    }

    private Task<Answer<SubmitAnswer>> Upgrade(string spec, bool allowStateLoss = false) => Control.Submit(new JobSubmission { Spec = spec, AllowStateLoss = allowStateLoss }, default);

    private Dictionary<long, List<int>> Since() => TestTopics.ReadCommitted(broker.Bootstrap, Spec.Split("topic: ")[2].Split(',')[0])
        .Select(r => JsonDocument.Parse(r.Message.Value).RootElement).Where(r => r.TryGetProperty("since", out _))
        .GroupBy(r => r.GetProperty("key").GetInt64(), r => r.GetProperty("since").GetInt32())
        .ToDictionary(g => g.Key, g => g.ToList());
}
