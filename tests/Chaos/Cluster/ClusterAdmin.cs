using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamGrains.Chaos.Cluster;

/// <summary>Topics, replicas and leaders of the run's brokers. Owner: the run; any thread.</summary>
internal sealed class ClusterAdmin : IDisposable
{
    private static readonly TimeSpan MovePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly IAdminClient client;
    private readonly string bootstrap;
    private int moves;

    public ClusterAdmin(string bootstrap)
    {
        this.bootstrap = bootstrap;
        var config = new AdminClientConfig { BootstrapServers = bootstrap, SocketTimeoutMs = 10_000 };
        client = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Makes the topics that the job does not own. The sinks' records carry the time at which the broker wrote them.</summary>
    public void CreateTopics()
    {
        TopicSpecification Topic(string name, params (string, string)[] settings) =>
            new() { Name = name, NumPartitions = Topics.Partitions, ReplicationFactor = -1, Configs = settings.ToDictionary(s => s.Item1, s => s.Item2) };
        var written = ("message.timestamp.type", "LogAppendTime");
        client.CreateTopicsAsync([Topic(Topics.Ledger), Topic(Topics.Early, written), Topic(Topics.Final, written), Topic(Topics.Rejected, written)]).GetAwaiter().GetResult();
    }

    /// <summary>Waits until the topic is there with leaders. Throws when it does not come within <paramref name="patience"/>.</summary>
    public void WaitForTopic(string topic, TimeSpan patience, CancellationToken stop) =>
        WaitFor(m => m.Topics.Any(t => t.Topic == topic && t.Partitions.Count > 0 && t.Partitions.All(p => p.Leader >= 0)), patience, $"topic '{topic}' is not there", stop);

    /// <summary>Waits until every replica of every partition is in sync. Throws when that takes longer than <paramref name="patience"/>.</summary>
    public void WaitInSync(TimeSpan patience, CancellationToken stop) =>
        WaitFor(m => m.Topics.All(t => t.Partitions.All(p => p.Leader >= 0 && p.InSyncReplicas.Length == p.Replicas.Length)), patience, "the replicas are not in sync", stop);

    /// <summary>Deletes the records before these offsets; those whose leader is away stay for the next time.</summary>
    public void DeleteBefore(IReadOnlyCollection<TopicPartitionOffset> offsets)
    {
        // Of an empty list the client makes a question without an answer.
        if (offsets.Count == 0) return;
        try
        {
            client.DeleteRecordsAsync(offsets, new DeleteRecordsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout }).GetAwaiter().GetResult();
        }
        catch (KafkaException)
        {
            // It only saves room.
        }
    }

    /// <summary>Makes another broker than now the leader of every partition, the coordinators' among them. Returns how many partitions have moved.</summary>
    public int MoveLeaders(string directory)
    {
        var before = client.GetMetadata(Timeout).Topics.SelectMany(t => t.Partitions.Select(p => (t.Topic, Partition: p.PartitionId, p.Leader, p.Replicas))).ToList();
        // A partition's first replica is the one that leads by preference.
        var orders = before.Select(p => new { topic = p.Topic, partition = p.Partition, replicas = p.Replicas.OrderBy(r => (r - p.Leader - 1 + p.Replicas.Length) % p.Replicas.Length).ToArray() });
        var plan = Path.Combine(directory, $"leaders-{++moves}.json");
        File.WriteAllText(plan, JsonSerializer.Serialize(new { version = 1, partitions = orders }));
        Script.Run("java", "-Xmx128m", "-cp", Path.Combine(Path.GetDirectoryName(Repository.KafkaScript)!, "lib/*"), "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
            "--bootstrap-server", bootstrap, "--reassignment-json-file", plan, "--execute");
        // The controller takes the new order some time after the command has ended, and an election before that changes nothing.
        for (var end = DateTime.UtcNow + MovePatience; ; Thread.Sleep(300))
        {
            Elect(before.Select(p => new TopicPartition(p.Topic, p.Partition)));
            var after = client.GetMetadata(Timeout).Topics.SelectMany(t => t.Partitions.Select(p => (t.Topic, p.PartitionId, p.Leader))).ToHashSet();
            var moved = before.Count(p => !after.Contains((p.Topic, p.Partition, p.Leader)));
            if (moved > 0 || DateTime.UtcNow > end) return moved;
        }
    }

    public void Dispose() => client.Dispose();

    private void Elect(IEnumerable<TopicPartition> partitions)
    {
        try
        {
            client.ElectLeadersAsync(ElectionType.Preferred, partitions, new ElectLeadersOptions { RequestTimeout = Timeout, OperationTimeout = Timeout }).GetAwaiter().GetResult();
        }
        catch (ElectLeadersException)
        {
            // For some the election was not needed; what counts is looked at next.
        }
    }

    private void WaitFor(Func<Metadata, bool> holds, TimeSpan patience, string otherwise, CancellationToken stop)
    {
        for (var end = DateTime.UtcNow + patience; DateTime.UtcNow < end; stop.WaitHandle.WaitOne(200))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (holds(client.GetMetadata(TimeSpan.FromSeconds(5)))) return;
            }
            catch (KafkaException)
            {
                // A broker is away: ask again.
            }
        }
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{otherwise} after {patience.TotalSeconds:0} s"));
    }
}
