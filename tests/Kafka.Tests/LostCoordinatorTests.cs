using System.Diagnostics;
using Confluent.Kafka;

namespace StreamGrains.Kafka.Tests;

/// <summary>The coordinator of a job's group moves while a producer looks for it.</summary>
public sealed class LostCoordinatorTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60), Short = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_commit_waits_no_longer_than_its_patience_for_a_coordinator_that_the_client_looks_for_no_more_and_a_new_producer_finds_it()
    {
        using var cluster = new MockCluster();
        var group = GroupOn(cluster);

        using (var producer = Open(cluster))
        {
            // After this answer librdkafka looks again only when a connection comes or goes, so a look that a late connection starts must not find it either.
            cluster.Refuse(MockCluster.FindCoordinator, ErrorCode.NotCoordinatorForGroup);
            var clock = Stopwatch.StartNew();
            Assert.False(Commits(producer, group, Short / 2, Short));
            Assert.InRange(clock.Elapsed, Short / 2, Ample);
        }
        cluster.AnswerAgain(MockCluster.FindCoordinator);
        using (var next = Open(cluster)) Assert.True(Commits(next, group, Ample, Ample));
    }

    [Fact]
    public void While_records_get_through_the_cluster_is_slow_and_the_producer_stays()
    {
        const int Records = 100, InFlight = 5;
        var roundTrip = TimeSpan.FromMilliseconds(200);
        using var cluster = new MockCluster();
        var group = GroupOn(cluster);
        using var producer = Open(cluster, recordsEach: 1);
        cluster.Slow(roundTrip);
        cluster.Refuse(MockCluster.FindCoordinator, ErrorCode.NotCoordinatorForGroup);
        producer.Client.BeginTransaction();
        for (var i = 0; i < Records; i++) producer.ProduceJournal("input", 0, [1]);

        var clock = Stopwatch.StartNew();
        Assert.False(producer.SendOffsets([new TopicPartitionOffset("input", 0, 7)], group, 10 * Short, Short));

        Assert.InRange(clock.Elapsed, (Records / InFlight * roundTrip) + (Short / 2), Ample);
    }

    [Fact]
    public void A_commit_needs_no_thread_of_the_pool()
    {
        using var cluster = new MockCluster();
        var group = GroupOn(cluster);
        using var producer = Open(cluster);
        // Not disposed: they may get to it after the test.
        var others = new ManualResetEventSlim();
        for (var i = 0; i < 100; i++) ThreadPool.QueueUserWorkItem(_ => others.Wait());

        // As a slot's worker does: from a thread that is not the pool's.
        var committed = false;
        var worker = new Thread(() => committed = Commits(producer, group, Ample, 2 * Short));
        worker.Start();
        worker.Join();
        others.Set();

        Assert.True(committed);
    }

    /// <summary>The job's group on a cluster that has its input. A consumer looks for the coordinator too, so it is gone again.</summary>
    private static IConsumerGroupMetadata GroupOn(MockCluster cluster)
    {
        cluster.Create("input");
        using var probe = new KafkaSettings(cluster.Bootstrap).OpenProbe("job");
        return probe.ConsumerGroupMetadata;
    }

    private static SlotProducer Open(MockCluster cluster, int? recordsEach = null)
    {
        var config = new ProducerConfig { BootstrapServers = cluster.Bootstrap, TransactionalId = "job.0", TransactionTimeoutMs = 60_000, BatchNumMessages = recordsEach };
        var producer = new SlotProducer(config, transactional: true);
        producer.Init(Ample);
        return producer;
    }

    private static bool Commits(SlotProducer producer, IConsumerGroupMetadata group, TimeSpan timeout, TimeSpan patience)
    {
        producer.Client.BeginTransaction();
        try
        {
            if (!producer.SendOffsets([new TopicPartitionOffset("input", 0, 7)], group, timeout, patience)) return false;
        }
        catch (KafkaException) when (timeout < patience)
        {
            // A client that keeps its timeout says so.
            return false;
        }
        producer.Client.CommitTransaction(Ample);
        return true;
    }
}
