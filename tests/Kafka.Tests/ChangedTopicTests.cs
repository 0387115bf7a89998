using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka.Tests;

/// <summary>What happens to topics and offsets behind a job's back, on a real broker: what is not lost is not missed, and what is another topic is not taken for the old one.</summary>
[Collection(BrokerCollection.Name)]
public sealed class ChangedTopicTests : IDisposable
{
    private readonly string bootstrap, mark = Guid.NewGuid().ToString("N")[..8];
    private readonly IAdminClient admin;
    private readonly TestJob job;
    private int produced;

    public ChangedTopicTests(TestBroker broker)
    {
        bootstrap = broker.Bootstrap;
        admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        TestTopics.Create(bootstrap, Events, 2);
        job = new TestJob(bootstrap, Spec, ".");
    }

    private string Spec => $$"""
        job: kept-{{mark}}
        snapshot: { every: 200ms }
        sources:
          events:
            topic: {{Events}}
            key: key
            fields: { key: long, ts: timestamp_ms }
            event_time: ts
            watermark: { delay: 1s, idle_after: 1s }
        steps:
          - from: events
          - rolling: { n: count() over 30d }
          - to: { topic: counts-{{mark}}, key: key }
        """;

    private string Events => $"events-{mark}";

    [Fact]
    public void Offsets_that_the_group_has_lost_are_written_again_and_nothing_else_changes()
    {
        Produce(100);
        job.RunToEnd();
        LoseGroup();
        Assert.Equal(0, job.CommittedOffsets(Events, 2));

        job.RunToEnd();
        Produce(100);
        job.RunToEnd();

        Assert.Equal(200, job.CommittedOffsets(Events, 2));
        Assert.Equal(Enumerable.Range(1, 20).SelectMany(n => Enumerable.Repeat((long)n, 10)), Counts());
    }

    [Fact]
    public void A_running_job_writes_offsets_again_that_its_group_has_lost()
    {
        Produce(100);
        var lost = false;
        job.RunUntil(
            _ =>
            {
                if (!lost && job.CommittedOffsets(Events, 2) == 100)
                {
                    LoseGroup();
                    lost = true;
                }
                return lost && job.CommittedOffsets(Events, 2) == 100;
            },
            options => options with { OffsetRefresh = TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public void Markers_and_aborted_records_up_to_the_end_count_as_taken_and_may_be_cut()
    {
        Transaction(commit: true, partition: 0, 3);
        Transaction(commit: false, partition: 1, 2);

        job.RunUntil(_ => job.CommittedOffsets(Events, 2) == 7);
        Cut(0, 4);
        Cut(1, 3);
        Transaction(commit: true, partition: 1, 1);
        job.RunUntil(_ => job.CommittedOffsets(Events, 2) == 9);

        Assert.Equal(4, Counts().Count);
    }

    [Fact]
    public void Unread_records_that_are_gone_stop_the_job_until_that_is_accepted()
    {
        Produce(40);
        job.RunToEnd();
        Produce(40);
        var cut = Ends();
        Cut(0, cut[0]);

        var failure = Assert.Throws<JobFailed>(() => job.RunToEnd());
        Assert.Matches($@"^offsets \d+ to {cut[0] - 1} of {Events}\[0\] were removed before the job read them .* Go on without them with `--accept-loss {Events}\[0\]`", failure.Message);

        job.Accept(new TopicPartition(Events, 0));
        job.RunToEnd();
        job.Accept();
        Produce(40);
        job.RunToEnd();

        Assert.Equal(Ends().Sum(), job.CommittedOffsets(Events, 2));
    }

    [Fact]
    public void A_source_that_was_made_again_while_the_job_was_stopped_is_not_taken_for_the_old_one()
    {
        Produce(20);
        job.RunToEnd();
        MakeAgain(Events, 2);
        Produce(100);

        var failure = Assert.Throws<JobFailed>(() => job.RunToEnd());

        Assert.StartsWith($"topic '{Events}' was deleted and made again: its id is ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(20, Counts().Count);
    }

    [Fact]
    public void A_source_that_is_made_again_under_a_running_job_stops_it_within_seconds()
    {
        Produce(20);
        var failure = job.RunToFailure(run => run.Status.Sum(s => s.Position) == 20, () =>
        {
            MakeAgain(Events, 2);
            Produce(100);
        });

        Assert.StartsWith($"topic '{Events}' was deleted and made again", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Partitions_that_are_added_under_a_running_job_stop_it_within_seconds()
    {
        Produce(20);
        var failure = job.RunToFailure(run => run.Status.Sum(s => s.Position) == 20, Grow);

        Assert.StartsWith($"topic '{Events}' has 3 partitions, and had 2 when the job began to read it.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compacted_source_that_state_is_made_of_is_refused_unless_the_spec_accepts_it()
    {
        Compact();
        Assert.Contains($"the source topic '{Events}' of job '{job.Plan.Name}' has cleanup.policy=compact, and state is made of it", Assert.Throws<JobFailed>(() => job.RunToEnd()).Message, StringComparison.Ordinal);

        using var accepting = new TestJob(bootstrap, Spec, ".", "sources.events.compacted=true");
        Produce(20);
        accepting.RunToEnd();
        Assert.Equal(20, Counts().Count);
    }

    [Fact]
    public void A_slot_that_falls_quiet_is_snapshotted_and_the_journal_names_it()
    {
        Produce(20);

        // Until then nothing comes that would ask for a commit.
        job.RunUntil(run => run.Slots.Count == 2 && run.Slots.All(s => s.Commits >= 2) && Snapshots() >= 2);

        job.RunToEnd();
        Assert.All(job.Notices.Where(n => n.Contains("goes on after", StringComparison.Ordinal)), n => Assert.EndsWith("(0 offsets)", n, StringComparison.Ordinal));

        int Snapshots() => Directory.GetFiles(job.DataDirectory, "*", SearchOption.AllDirectories).Length;
    }

    public void Dispose()
    {
        job.Dispose();
        TestTopics.Delete(bootstrap, mark);
        admin.Dispose();
    }

    private void Produce(int events)
    {
        TestTopics.Produce(bootstrap, Events, Enumerable.Range(produced, events).Select(i => ((string?)$"{i % 10}", (byte[]?)Event(i), 1_700_000_000_000L + i)));
        produced += events;
    }

    private static byte[] Event(int i) => Encoding.UTF8.GetBytes($"{{\"key\":{i % 10},\"ts\":{1_700_000_000_000L + i}}}");

    private void Transaction(bool commit, int partition, int events)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap, TransactionalId = $"up-{Guid.NewGuid():N}" }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        producer.BeginTransaction();
        for (var i = 0; i < events; i++) producer.Produce(new Confluent.Kafka.TopicPartition(Events, partition), new Message<byte[], byte[]> { Value = Event(produced++) });
        producer.Flush(TimeSpan.FromSeconds(30));
        if (commit) producer.CommitTransaction(TimeSpan.FromSeconds(30));
        else producer.AbortTransaction(TimeSpan.FromSeconds(30));
    }

    private void LoseGroup() => admin.DeleteGroupsAsync([job.Plan.Name]).GetAwaiter().GetResult();

    private void Cut(int partition, long before) => admin.DeleteRecordsAsync([new TopicPartitionOffset(Events, partition, before)]).GetAwaiter().GetResult();

    private void Compact() => admin.IncrementalAlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
    {
        [new ConfigResource { Type = ResourceType.Topic, Name = Events }] = [new ConfigEntry { Name = "cleanup.policy", Value = "compact", IncrementalOperation = AlterConfigOpType.Set }],
    }).GetAwaiter().GetResult();

    private void Grow() => admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = Events, IncreaseTo = 3 }]).GetAwaiter().GetResult();

    private void MakeAgain(string topic, int partitions)
    {
        admin.DeleteTopicsAsync([topic]).GetAwaiter().GetResult();
        while (admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Any(t => t.Topic == topic)) Thread.Yield();
        TestTopics.Create(bootstrap, topic, partitions);
    }

    private List<long> Ends()
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "ends" }).Build();
        return [.. Enumerable.Range(0, 2).Select(p => consumer.QueryWatermarkOffsets(new Confluent.Kafka.TopicPartition(Events, p), TimeSpan.FromSeconds(30)).High.Value)];
    }

    private List<long> Counts() =>
        [.. TestTopics.ReadCommitted(bootstrap, $"counts-{mark}").Select(r => System.Text.Json.JsonDocument.Parse(r.Message.Value).RootElement.GetProperty("n").GetInt64()).Order()];
}
