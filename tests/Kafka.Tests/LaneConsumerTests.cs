using System.Diagnostics;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka.Tests;

/// <summary>A lane gets partitions while it is at work: of a slot that moves here, of the topic behind a key step.</summary>
public sealed class LaneConsumerTests
{
    private const int Topics = 6;
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_consumer_that_is_at_work_reads_a_topic_that_is_new_to_it_at_once()
    {
        using var cluster = new MockCluster();
        List<TopicPartition> all = [];
        foreach (var topic in Enumerable.Range(0, Topics).Select(n => $"topic-{n}"))
        {
            all.AddRange(cluster.Create(topic));
            TestTopics.Produce(cluster.Bootstrap, topic, [("a", [1], 1_700_000_000_000)]);
        }
        using var consumer = new KafkaLaneConsumer(new KafkaSettings(cluster.Bootstrap).Lane("lane"));
        ReadOne("topic-0");

        var clock = Stopwatch.StartNew();
        foreach (var topic in Enumerable.Range(1, Topics - 1)) ReadOne($"topic-{topic}");

        // Left to itself the client looks for leaders once a second, so each of them would take about that.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(0.5 * (Topics - 1)), $"it took {clock.Elapsed}");

        void ReadOne(string topic)
        {
            using var giveUp = new CancellationTokenSource(Ample);
            foreach (var partition in all.Where(p => p.Topic == topic)) consumer.Assign(partition, 0, new Inbox());
            while (consumer.Poll(10, 1_000_000, 50, (_, _) => { }) == 0) giveUp.Token.ThrowIfCancellationRequested();
        }
    }
}
