using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamGrains.Tests.Support;

/// <summary>Plain client code on the other side of the job under test.</summary>
public static class TestTopics
{
    public static void Create(string bootstrap, string topic, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
    }

    /// <summary>Deletes the topics whose names hold <paramref name="mark"/>.</summary>
    public static void Delete(string bootstrap, string mark)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        var topics = admin.GetMetadata(TimeSpan.FromSeconds(20)).Topics.Select(t => t.Topic).Where(t => t.Contains(mark, StringComparison.Ordinal)).ToList();
        if (topics.Count > 0) admin.DeleteTopicsAsync(topics).GetAwaiter().GetResult();
    }

    /// <summary>Produces in order; the key decides the partition as with a Java client.</summary>
    public static void Produce(string bootstrap, string topic, IEnumerable<(string? Key, byte[]? Value, long Time)> records)
    {
        var config = new ProducerConfig { BootstrapServers = bootstrap, Partitioner = Partitioner.Murmur2Random, EnableIdempotence = true, LingerMs = 20, EnableDeliveryReports = false, MessageMaxBytes = 2_000_000 };
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
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        var partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(20)).Topics[0].Partitions.Count;
        var config = new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = $"reader-{Guid.NewGuid():N}",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        var open = Enumerable.Range(0, partitions).ToHashSet();
        while (open.Count > 0)
        {
            var record = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"{topic} fell silent");
            if (record.IsPartitionEOF) open.Remove(record.Partition);
            else yield return record;
        }
    }

    public static string Header(ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
