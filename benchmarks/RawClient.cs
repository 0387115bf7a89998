using Confluent.Kafka;

namespace StreamGrains.Benchmarks;

/// <summary>
/// The yardstick: Confluent.Kafka alone, consuming and producing in transactions of 100 ms or 10 000 records, one thread with a consumer and a
/// transactional producer per lane, nothing in between.
/// </summary>
internal static class RawClient
{
    private const int CommitRecords = 10_000, CommitMs = 100;

    public static void Run(string bootstrap, string input, string output, int partitions, int lanes)
    {
        var threads = Enumerable.Range(0, lanes)
            .Select(lane => new Thread(() => Copy(bootstrap, input, output, [.. Enumerable.Range(0, partitions).Where(p => p % lanes == lane)], $"raw-{output}-{lane}")))
            .ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    private static void Copy(string bootstrap, string input, string output, List<int> partitions, string id)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap, GroupId = id, IsolationLevel = IsolationLevel.ReadCommitted, EnableAutoCommit = false, EnablePartitionEof = true,
            ConsumeResultFields = "timestamp",
        }).Build();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap, TransactionalId = id, LingerMs = 5, EnableDeliveryReports = false, Partitioner = Partitioner.Murmur2Random, QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(input, p, Offset.Beginning)));
        var positions = new Dictionary<int, long>();
        var left = partitions.Count;
        while (left > 0)
        {
            producer.BeginTransaction();
            var until = Environment.TickCount64 + CommitMs;
            for (var taken = 0; left > 0 && taken < CommitRecords && Environment.TickCount64 < until;)
            {
                if (consumer.Consume(10) is not { } record) continue;
                if (record.IsPartitionEOF)
                {
                    left--;
                    continue;
                }
                producer.Produce(output, record.Message);
                positions[record.Partition] = record.Offset + 1;
                taken++;
            }
            if (positions.Count > 0)
                producer.SendOffsetsToTransaction(positions.Select(p => new TopicPartitionOffset(input, p.Key, p.Value)), consumer.ConsumerGroupMetadata, TimeSpan.FromSeconds(30));
            producer.CommitTransaction(TimeSpan.FromSeconds(30));
        }
    }
}
