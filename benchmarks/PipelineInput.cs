using System.Globalization;
using System.IO.Compression;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamGrains.Benchmarks;

/// <summary>The topic that the pipelines read: the shared transactions where they are there, else made-up ones of the same shape.</summary>
internal static class PipelineInput
{
    public const string Topic = "transactions";

    public static string Samples => Path.Combine(Repository.Root, "samples/fraud");

    /// <summary>The sample fraud job over this topic's field names.</summary>
    public static string FraudSpec()
    {
        var spec = File.ReadAllText(Path.Combine(Samples, "job.yaml"));
        foreach (var (ours, files) in new[] { ("tx_id", "TRANSACTION_ID"), ("ts", "TX_DATETIME"), ("customer_id", "CUSTOMER_ID"), ("terminal_id", "TERMINAL_ID"), ("amount", "TX_AMOUNT"), ("fraud", "TX_FRAUD") })
            spec = spec.Replace($"name: {files} }}", $"name: {ours} }}", StringComparison.Ordinal);
        return spec.Replace("timestamp_iso", "timestamp_ms", StringComparison.Ordinal);
    }

    public static void Load(string bootstrap, int rows, int partitions)
    {
        Create(bootstrap, Topic, partitions);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap, Partitioner = Partitioner.Murmur2Random, EnableIdempotence = true, LingerMs = 20, EnableDeliveryReports = false, QueueBufferingMaxMessages = 1_000_000,
        }).Build();
        foreach (var (key, value, time) in (Repository.Shared("data/fraud/transactions.csv.gz") is { } file ? FromFile(file) : MadeUp()).Take(rows))
        {
            var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value), Timestamp = new Timestamp(time, TimestampType.CreateTime) };
            while (true)
            {
                try
                {
                    producer.Produce(Topic, message);
                    break;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }
        producer.Flush(TimeSpan.FromMinutes(2));
    }

    /// <summary>A new output topic.</summary>
    public static string Output(string bootstrap, int partitions)
    {
        var topic = $"raw-{Guid.NewGuid():N}"[..12];
        Create(bootstrap, topic, partitions);
        return topic;
    }

    private static void Create(string bootstrap, string topic, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();
    }

    private static IEnumerable<(string Key, string Value, long Time)> FromFile(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var f = line.Split(',');
            var time = new DateTimeOffset(DateTime.ParseExact(f[1], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds();
            yield return Record(long.Parse(f[0], CultureInfo.InvariantCulture), time, f[2], f[3], f[4], f[5]);
        }
    }

    /// <summary>Five thousand customers at ten thousand terminals, one transaction every nine seconds, as in the shared file.</summary>
    private static IEnumerable<(string Key, string Value, long Time)> MadeUp()
    {
        var random = new Random(1);
        for (var id = 0L; ; id++)
        {
            var amount = Math.Round(random.NextDouble() * 120, 2).ToString(CultureInfo.InvariantCulture);
            yield return Record(id, 1_522_540_800_000 + id * 9_000, $"{random.Next(5_000)}", $"{random.Next(10_000)}", amount, random.Next(120) == 0 ? "1" : "0");
        }
    }

    private static (string Key, string Value, long Time) Record(long id, long time, string customer, string terminal, string amount, string fraud) =>
        (customer, $"{{\"tx_id\":{id},\"ts\":{time},\"customer_id\":{customer},\"terminal_id\":{terminal},\"amount\":{amount},\"fraud\":{fraud}}}", time);
}
