using System.Text;
using System.Text.Json;

namespace StreamGrains.Kafka.Tests;

/// <summary>A job shared by several processes: the group of members decides who runs which slot.</summary>
[Collection(BrokerCollection.Name)]
public sealed class MembersTests(TestBroker broker)
{
    private const int Keys = 40;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private int produced;

    [Fact]
    public void Slots_spread_over_members_and_move_with_their_state_when_one_comes_or_goes()
    {
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 4);
        using var job = new TestJob(broker.Bootstrap, Spec(), ".");
        var first = job.Join();
        Produce(2_000);
        Await(() => Taken(first) == 2_000, "the first member takes everything");

        using (var second = job.Join())
        {
            Await(() => first.Slots.Count() == 2 && second.Slots.Count() == 2, "two slots each");
            Assert.Empty(first.Slots.Intersect(second.Slots));
            Produce(2_000);
            Await(() => CommittedLag(job) == 0, "both together take everything");
            first.Dispose();
            Await(() => second.Slots.Count() == 4, "the second member has all slots once the first has left");
            Produce(2_000);
            Await(() => CommittedLag(job) == 0, "the second member takes everything");
        }

        // Counts that go up by one each show that nothing was lost, nothing came twice, and state moved along.
        var counts = TestTopics.ReadCommitted(broker.Bootstrap, $"counts-{mark}")
            .Select(r => JsonDocument.Parse(r.Message.Value).RootElement)
            .GroupBy(r => r.GetProperty("key").GetInt64(), r => r.GetProperty("n").GetInt64())
            .ToDictionary(g => g.Key, g => g.ToList());
        Assert.Equal(Keys, counts.Count);
        Assert.All(counts.Values, c => Assert.Equal(Enumerable.Range(1, produced / Keys).Select(n => (long)n), c));
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    private string Spec() => $$"""
        job: shared-{{mark}}
        sources:
          events:
            topic: events-{{mark}}
            key: key
            fields: { key: long, ts: timestamp_ms }
            event_time: ts
            watermark: { delay: 1s, idle_after: 5s }
        steps:
          - from: events
          - rolling: { n: count() over 30d }
          - to: { topic: counts-{{mark}}, key: key }
        """;

    private void Produce(int events)
    {
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000;
        TestTopics.Produce(broker.Bootstrap, $"events-{mark}", Enumerable.Range(produced, events).Select(i =>
            ((string?)$"{i % Keys}", (byte[]?)Encoding.UTF8.GetBytes($"{{\"key\":{i % Keys},\"ts\":{at + i}}}"), at + i)));
        produced += events;
    }

    private static long Taken(TestJob.Member member) => member.Run.Status.Sum(s => s.Counts.RowsIn);

    private long CommittedLag(TestJob job) => produced - job.CommittedOffsets($"events-{mark}", 4);

    private static void Await(Func<bool> condition, string what) =>
        Eventually.True(condition, TimeSpan.FromMinutes(1), $"it did not come to this within a minute: {what}");
}
