using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>One of two partitions falls silent.</summary>
[Collection(BrokerCollection.Name)]
public sealed class IdlePartitionTests(TestBroker broker)
{
    private const long Hour = 3_600_000, Begin = 1_700_000_000_000 / Hour * Hour;

    [Fact]
    public void An_idle_partition_lets_the_others_pass_and_closes_its_windows_with_them_and_stays_idle_over_a_restart()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        var source = $"visits-{mark}";
        TestTopics.Create(broker.Bootstrap, source, 2);
        var spec = $$"""
            job: idle-{{mark}}
            sources:
              visits:
                topic: {{source}}
                key: page
                fields: { page: string, ts: timestamp_ms }
                event_time: ts
                watermark: { delay: 1m, idle_after: 500ms }
            steps:
              - from: visits
              - window: { tumbling: 1h, aggregates: { n: count() } }
              - to: { topic: counts-{{mark}}, key: page }
            """;
        var (silent, busy) = TwoPages();
        // The silent partition ends in the first hour, the busy one goes on for five.
        Visit(silent, 0, 1);
        foreach (var hour in Enumerable.Range(0, 6)) Visit(busy, hour, 2);
        using (var job = new TestJob(broker.Bootstrap, spec, "."))
            job.RunUntil(run => run.Status.Count == 2 && run.Status.All(s => s.Watermark >= Begin + 5 * Hour - 60_000));

        // With an hour to wait for the silent partition, only one that knows that it was idle lets the busy one pass.
        foreach (var hour in Enumerable.Range(6, 6)) Visit(busy, hour, 1);
        using (var job = new TestJob(broker.Bootstrap, spec, ".", "sources.visits.watermark.idle_after=1h"))
            job.RunUntil(run => run.Status.Count == 2 && run.Status.Any(s => s.Position == 18));

        var counts = TestTopics.ReadCommitted(broker.Bootstrap, $"counts-{mark}").Select(r => Encoding.UTF8.GetString(r.Message.Value)).ToList();
        Assert.Contains($"{{\"page\":\"{silent}\",\"window_start\":{Begin},\"window_end\":{Begin + Hour},\"n\":1}}", counts);
        Assert.Contains($"{{\"page\":\"{busy}\",\"window_start\":{Begin + 9 * Hour},\"window_end\":{Begin + 10 * Hour},\"n\":1}}", counts);
        Assert.Equal(11, counts.Count);
        TestTopics.Delete(broker.Bootstrap, mark);

        void Visit(string page, int hour, int times)
        {
            var at = Begin + hour * Hour;
            TestTopics.Produce(broker.Bootstrap, source, Enumerable.Range(0, times).Select(_ => ((string?)page, (byte[]?)Encoding.UTF8.GetBytes($"{{\"page\":\"{page}\",\"ts\":{at}}}"), at)));
        }
    }

    /// <summary>Two pages whose keys go to different partitions.</summary>
    private (string Silent, string Busy) TwoPages()
    {
        var topic = $"probe-{Guid.NewGuid():N}"[..14];
        TestTopics.Create(broker.Bootstrap, topic, 2);
        TestTopics.Produce(broker.Bootstrap, topic, Enumerable.Range(0, 20).Select(i => ((string?)$"page{i}", (byte[]?)null, 0L)));
        var pages = TestTopics.ReadCommitted(broker.Bootstrap, topic).GroupBy(r => r.Partition.Value).OrderBy(g => g.Key).Select(g => Encoding.UTF8.GetString(g.First().Message.Key)).ToList();
        TestTopics.Delete(broker.Bootstrap, topic);
        return (pages[0], pages[1]);
    }
}
