using Confluent.Kafka;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka.Blobs;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace StreamGrains.Kafka.Tests.Blobs;

/// <summary>The snapshot topic of a job that a test makes up, looked at with plain client code; gone at the end.</summary>
internal sealed class SnapshotTopic : IDisposable
{
    private readonly string bootstrap;
    private readonly KafkaAdmin admin;

    public SnapshotTopic(string bootstrap, params (string Name, string Value)[] settings)
    {
        this.bootstrap = bootstrap;
        admin = new KafkaAdmin(new KafkaSettings(bootstrap));
        var need = TopicNeeds.Snapshots(Job);
        var all = need.Settings.ToDictionary();
        foreach (var (name, value) in settings) all[name] = value;
        admin.Create(new TopicNeed(need.Name, need.Partitions, all));
    }

    public string Job { get; } = $"job-{Guid.NewGuid():N}";

    public string Name => TopicNeeds.SnapshotTopic(Job);

    public KafkaBlobStore Connect(long maxBytes = 64_000_000, TimeProvider? time = null) =>
        new(Job, new KafkaSettings(bootstrap), maxBytes, TimeSpan.FromSeconds(30), time ?? TimeProvider.System);

    /// <summary>Sends a record as another version, or a process that then died, would have.</summary>
    public long Send(int partition, byte[] key, byte[]? value)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = bootstrap }).Build();
        return producer.ProduceAsync(new TopicPartition(Name, partition), new Message<byte[], byte[]> { Key = key, Value = value! }).GetAwaiter().GetResult().Offset.Value;
    }

    /// <summary>The last value under each key of a partition; null where that was removed.</summary>
    public Dictionary<string, byte[]?> Latest(int partition)
    {
        var latest = new Dictionary<string, byte[]?>();
        foreach (var record in TestTopics.ReadCommitted(bootstrap, Name).Where(r => r.Partition.Value == partition))
            latest[Convert.ToHexString(record.Message.Key)] = record.Message.Value;
        return latest;
    }

    /// <summary>Chunks that the topic holds, of whatever blobs.</summary>
    public int Chunks() => TestTopics.ReadCommitted(bootstrap, Name).Count(r => r.Partition.Value == 1 && r.Message.Value is not null);

    public void Dispose()
    {
        admin.Delete([Name]);
        admin.Dispose();
    }
}
