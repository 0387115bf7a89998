namespace StreamGrains.Kafka.Tests;

/// <summary>Why commits do not get through, as far as the cluster shows it.</summary>
[Collection(BrokerCollection.Name)]
public sealed class HinderedCommitTests(TestBroker broker)
{
    [Fact]
    public async Task A_cluster_with_all_replicas_in_sync_hinders_nobody()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        TestTopics.Create(broker.Bootstrap, $"visits-{mark}", 1);
        TestTopics.Produce(broker.Bootstrap, $"visits-{mark}", [("a", "{\"page\":\"a\",\"ts\":1700000000000}"u8.ToArray(), 1_700_000_000_000)]);
        var spec = $$"""
            job: hindered-{{mark}}
            sources:
              visits:
                topic: visits-{{mark}}
                key: page
                fields: { page: string, ts: timestamp_ms }
                event_time: ts
            steps:
              - from: visits
              - to: { topic: seen-{{mark}}, key: page }
            """;
        using var job = new TestJob(broker.Bootstrap, spec, ".");
        job.RunToEnd();
        using var cluster = new KafkaJobCluster(job.Plan, new KafkaSettings(broker.Bootstrap));

        Assert.Null(await cluster.DiagnoseCommit(0));
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    [Fact]
    public void What_is_as_it_must_be_is_no_hindrance() =>
        Assert.Null(CommitDiagnosis.Say([new CommitPartition("j[0]", 1, [1, 2], [1, 2, 3], 2), new CommitPartition("j[1]", 2, [2], [2], 1)]));

    [Fact]
    public void Partitions_without_a_leader_come_first_and_only_a_few_are_named()
    {
        List<CommitPartition> partitions = [.. Enumerable.Range(0, 6).Select(p => new CommitPartition($"out[{p}]", 3, [3], [1, 2, 3], 2)), new CommitPartition("j[2]", -1, [2], [1, 2, 3], 2)];

        var said = CommitDiagnosis.Say(partitions)!;

        Assert.StartsWith("j[2] has no leader (LEADER_NOT_AVAILABLE; replicas on brokers 1, 2, 3, in sync 2); out[0] has 1 of the 2 replicas in sync", said, StringComparison.Ordinal);
        Assert.Contains("and 3 partitions more", said, StringComparison.Ordinal);
        Assert.DoesNotContain("out[3]", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("hello", 50, 22)]
    [InlineData("polygenelubricants", 50, 0)]
    public void The_coordinator_of_an_id_is_the_one_that_brokers_take(string id, int partitions, int expected) => Assert.Equal(expected, CommitDiagnosis.Coordinator(id, partitions));
}
