using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamGrains.Tests.Support;

/// <summary>Plain client code on the other side of the job under test.</summary>
public static class TestTopics
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>One client for each cluster, as long as the process: to open and close one takes longer than most of what it is asked.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<IAdminClient>> Admins = new();

    /// <summary>Makes a topic, which every client finds from then on.</summary>
    public static void Create(string bootstrap, string topic, int partitions)
    {
        Admin(bootstrap).CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
        // The controller has it before brokers hear of it.
        Eventually.True(() => Admin(bootstrap).GetMetadata(topic, Timeout).Topics[0].Partitions.Count(p => p.Leader >= 0) == partitions, Timeout, $"topic '{topic}' has no leaders");
    }

    /// <summary>Deletes the topics whose names hold <paramref name="mark"/>.</summary>
    public static void Delete(string bootstrap, string mark)
    {
        var admin = Admin(bootstrap);
        var topics = admin.GetMetadata(Timeout).Topics.Select(t => t.Topic).Where(t => t.Contains(mark, StringComparison.Ordinal)).ToList();
        if (topics.Count > 0) admin.DeleteTopicsAsync(topics).GetAwaiter().GetResult();
    }

    /// <summary>Produces in order; the key decides the partition as with a Java client.</summary>
    public static void Produce(string bootstrap, string topic, IEnumerable<(string? Key, byte[]? Value, long Time)> records)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrap, Partitioner = Confluent.Kafka.Partitioner.Murmur2Random, EnableIdempotence = true, LingerMs = 20, EnableDeliveryReports = false, MessageMaxBytes = 2_000_000 };
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        foreach (var (key, value, time) in records)
        {
            var message = new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = value, Timestamp = new Timestamp(time, TimestampType.CreateTime) };
            while (true)
            {
                try
                {
                    producer.Produce(topic, message);
                    break;
                }
                catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(5));
                }
            }
        }
        Assert.Equal(0, producer.Flush(TimeSpan.FromMinutes(1)));
    }

    /// <summary>Every committed record of a topic, from the beginning to its present end.</summary>
    public static IEnumerable<ConsumeResult<byte[], byte[]>> ReadCommitted(string bootstrap, string topic)
    {
        List<TopicPartition> partitions = [.. Admin(bootstrap).GetMetadata(topic, Timeout).Topics[0].Partitions.Select(p => new TopicPartition(topic, p.PartitionId))];
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = $"reader-{Guid.NewGuid():N}",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            // At its end a partition is not to be waited for in the hope of more.
            FetchWaitMaxMs = 10,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        // A client that knows the leaders of what it is assigned begins at once, and else half a second later.
        consumer.Assign([.. partitions.Select(p => new TopicPartitionOffset(p, consumer.QueryWatermarkOffsets(p, Timeout).Low))]);
        var open = partitions.Select(p => p.Partition.Value).ToHashSet();
        while (open.Count > 0)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"{topic} fell silent");
            if (record.IsPartitionEOF) open.Remove(record.Partition);
            else yield return record;
        }
    }

    private static IAdminClient Admin(string bootstrap) => Admins.GetOrAdd(
        bootstrap, b => new(() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = b }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build())).Value;

    public static string Header(ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
