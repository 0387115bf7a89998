using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>Brokers refuse records whose timestamp is far ahead of their clock; events may say any time.</summary>
[Collection(BrokerCollection.Name)]
public sealed class OddTimesTests(TestBroker broker)
{
    [Fact]
    public void Events_far_ahead_and_before_1970_go_through_every_stage()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        var source = $"odd-{mark}";
        TestTopics.Create(broker.Bootstrap, source, 1);
        long[] times = [-5_000, 0, 1_700_000_000_000, DateTimeOffset.UtcNow.AddDays(10).ToUnixTimeMilliseconds(), 253_402_300_799_999];
        TestTopics.Produce(broker.Bootstrap, source, times.Select((time, i) => ((string?)null, (byte[]?)Encoding.UTF8.GetBytes($"{{\"id\":{i},\"ts\":{time}}}"), 0L)));
        var spec = $$"""
            job: odd-{{mark}}
            sources:
              events: { topic: {{source}}, fields: { id: long, ts: timestamp_ms }, event_time: ts }
            steps:
              - from: events
              - key: id
              - to: { topic: out-{{mark}} }
            """;
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        using (var job = new TestJob(broker.Bootstrap, spec, ".")) job.RunToEnd(stop: giveUp.Token);

        Assert.False(giveUp.IsCancellationRequested, "the job did not come to its end");
        // A partition may hear of a commit a moment after it landed.
        var read = 0;
        Eventually.Holds(() => (read = TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Count()) > 0, TimeSpan.FromSeconds(20));
        Assert.Equal(times.Length, read);
        TestTopics.Delete(broker.Bootstrap, mark);
    }
}
