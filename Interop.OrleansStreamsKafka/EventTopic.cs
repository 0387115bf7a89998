using System.Text.Json;
using Confluent.Kafka;

namespace StreamGrains.Interop.OrleansStreamsKafka;

/// <summary>
/// Copies events that Orleans.Streams.Kafka wrote to a topic of plain JSON, one record each, with the stream's key as their key and the time at which they were published: then a job can read them. Each
/// event is copied once, whatever fails: output and place in the input are one transaction. Owner: whoever runs it, on that thread.
/// </summary>
public sealed class EventTopic(EventTopicOptions options)
{
    private const int Most = 1_000;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Runs until stopped; blocks. Of two that run with one group the older ends, with the <see cref="KafkaException"/> that says so. Throws <see cref="KafkaException"/> likewise when Kafka cannot be
    /// used; run it again then, and it goes on where it was.
    /// </summary>
    public void Run(CancellationToken stop)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(With(new ConsumerConfig
        {
            GroupId = options.Group,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
        })).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var producer = new ProducerBuilder<byte[]?, byte[]>(With(new ProducerConfig
        {
            TransactionalId = options.Group,
            Partitioner = Partitioner.Murmur2Random,
            EnableDeliveryReports = false,
        })).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        producer.InitTransactions(Timeout);
        // Only now is nobody else in the middle of moving the group's offsets.
        consumer.Assign(Place(consumer));
        while (!stop.IsCancellationRequested)
        {
            var records = Read(consumer);
            if (records.Count > 0) Copy(records, consumer, producer);
        }
    }

    private List<TopicPartitionOffset> Place(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(Timeout).Topics.FirstOrDefault(t => t.Topic == options.From)?.Partitions
            ?? throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"there is no topic '{options.From}'"));
        return [.. consumer.Committed(partitions.Select(p => new TopicPartition(options.From, p.PartitionId)), Timeout)
            .Select(c => new TopicPartitionOffset(c.TopicPartition, c.Offset.Value < 0 ? Offset.Beginning : c.Offset))];
    }

    private static List<ConsumeResult<byte[], byte[]>> Read(IConsumer<byte[], byte[]> consumer)
    {
        var records = new List<ConsumeResult<byte[], byte[]>>();
        while (records.Count < Most && consumer.Consume(records.Count == 0 ? Wait : TimeSpan.Zero) is { } record) records.Add(record);
        return records;
    }

    /// <summary>All of it or nothing: what is aborted is read again.</summary>
    private void Copy(List<ConsumeResult<byte[], byte[]>> records, IConsumer<byte[], byte[]> consumer, IProducer<byte[]?, byte[]> producer)
    {
        producer.BeginTransaction();
        try
        {
            foreach (var record in records)
            foreach (var json in Events(record))
                producer.Produce(options.To, new Message<byte[]?, byte[]> { Key = record.Message.Key, Value = json, Timestamp = record.Message.Timestamp });
            var next = records.GroupBy(r => r.TopicPartition).Select(g => new TopicPartitionOffset(g.Key, g.Max(r => r.Offset.Value) + 1));
            producer.SendOffsetsToTransaction(next, consumer.ConsumerGroupMetadata, Timeout);
            producer.CommitTransaction(Timeout);
        }
        catch (KafkaTxnRequiresAbortException)
        {
            producer.AbortTransaction(Timeout);
            foreach (var first in records.GroupBy(r => r.TopicPartition)) consumer.Seek(new TopicPartitionOffset(first.Key, first.Min(r => r.Offset.Value)));
        }
    }

    private IReadOnlyList<byte[]> Events(ConsumeResult<byte[], byte[]> record)
    {
        try
        {
            return EventBatch.Read(record.Message.Value);
        }
        catch (JsonException reason)
        {
            options.Skipped($"{record.TopicPartitionOffset} is no batch of events, and is left out: {reason.Message}");
            return [];
        }
    }

    private T With<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = options.Bootstrap;
        foreach (var (key, value) in options.Settings) config.Set(key, value);
        return config;
    }
}
