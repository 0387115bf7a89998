using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka;

/// <summary>
/// How this process connects: bootstrap servers and the user's raw librdkafka keys, which win over our defaults, except for the few that correctness rests on.
/// </summary>
public sealed class KafkaSettings
{
    private static readonly string[] Ours =
    [
        "transactional.id", "enable.idempotence", "isolation.level", "enable.auto.commit", "enable.auto.offset.store", "enable.partition.eof", "auto.offset.reset", "group.id", "partitioner", "log.connection.close", "log_level",
    ];

    private readonly string bootstrap;
    private readonly IReadOnlyDictionary<string, string> raw;

    /// <summary>
    /// Settings for a cluster. Throws <see cref="ArgumentException"/> for a key that the engine must set itself, and <see cref="JobFailed"/> when the librdkafka of the package cannot be loaded.
    /// </summary>
    public KafkaSettings(string bootstrap, IReadOnlyDictionary<string, string>? raw = null)
    {
        PackagedLibrary.Load();
        this.bootstrap = bootstrap;
        this.raw = raw ?? new Dictionary<string, string>();
        foreach (var key in this.raw.Keys)
            if (Ours.Contains(key)) throw new ArgumentException($"'{key}' is set by the engine: its guarantees rest on it");
    }

    /// <summary>Version of librdkafka as it is loaded. Throws <see cref="JobFailed"/> when it does not load, or is not the one that the client was made for.</summary>
    public static string LibraryVersion => PackagedLibrary.Version;

    /// <summary>Where the cluster is.</summary>
    public string Bootstrap => bootstrap;

    /// <summary>Throws <see cref="ArgumentException"/> when librdkafka does not know a setting, or not its value.</summary>
    public KafkaSettings Checked()
    {
        try
        {
            using var client = new AdminClientBuilder(Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            return this;
        }
        catch (InvalidOperationException refused)
        {
            throw new ArgumentException(refused.Message, refused);
        }
    }

    /// <summary>For topic administration.</summary>
    public AdminClientConfig Admin() => new(With(new ClientConfig()));

    /// <summary>For producing files and tests: keys land where Java clients put them.</summary>
    public ProducerConfig Producer(int lingerMs = 5) => new(With(new ProducerConfig { Partitioner = Partitioner.Murmur2Random, EnableIdempotence = true, LingerMs = lingerMs }));

    /// <param name="job">The job.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="smaller">0 for batches as usual, 1 for small ones, 2 for one record each: a topic takes no batch that is larger than its max.message.bytes.</param>
    internal ProducerConfig Producer(JobPlan job, int slot, int smaller = 0)
    {
        var config = new ProducerConfig
        {
            Partitioner = Partitioner.Murmur2Random,
            EnableIdempotence = true,
            EnableDeliveryReports = !job.ExactlyOnce,
            LingerMs = 5,
            MessageMaxBytes = TopicNeeds.MaxRecordBytes,
            QueueBufferingMaxMessages = 1_000_000,
            // A copy of what is being committed; the largest record must fit.
            QueueBufferingMaxKbytes = 2 * TopicNeeds.MaxRecordBytes / 1024,
            TransactionTimeoutMs = 60_000,
        };
        if (job.ExactlyOnce) config.TransactionalId = $"{job.Name}.{slot}";
        var wanted = new ProducerConfig(With(config));
        wanted.QueueBufferingMaxKbytes = Math.Max(wanted.QueueBufferingMaxKbytes!.Value, (wanted.MessageMaxBytes!.Value / 1024) + 1);
        if (smaller == 1) wanted.BatchSize = 16 << 10;
        if (smaller > 1) wanted.BatchNumMessages = 1;
        return wanted;
    }

    /// <summary>How long a transaction may last before its coordinator ends it.</summary>
    internal TimeSpan TransactionTimeout(JobPlan job) => TimeSpan.FromMilliseconds(Producer(job, 0).TransactionTimeoutMs!.Value);

    internal ConsumerConfig Lane(string group)
    {
        var config = new ConsumerConfig(Reading(group))
        {
            FetchWaitMaxMs = 100,
            FetchMinBytes = 1,
            QueuedMinMessages = 50_000,
            QueuedMaxMessagesKbytes = 16 * 1024,
            MaxPartitionFetchBytes = 4 << 20,
            FetchMaxBytes = 16 << 20,
        };
        // Once its queue was full librdkafka fetches nothing for so long, a second by default, in which a lane has emptied it.
        config.Set("fetch.queue.backoff.ms", "5");
        return new ConsumerConfig(With(config));
    }

    /// <summary>
    /// For membership. A member that died is noticed after 6 seconds, the least that brokers allow by default; members answer from a thread of librdkafka's own, so
    /// work does not delay them.
    /// </summary>
    internal ConsumerConfig Members(JobPlan job) => new(With(new ConsumerConfig
    {
        GroupId = $"{job.Name}.members",
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        SessionTimeoutMs = 6_000,
        HeartbeatIntervalMs = 2_000,
        EnableAutoCommit = false,
        AutoOffsetReset = AutoOffsetReset.Latest,
        AllowAutoCreateTopics = false,
    }));

    /// <summary>For what goes on to streams. The group tells lag monitors how far it has gone.</summary>
    internal ConsumerConfig Outbox(JobPlan job) => new(With(new ConsumerConfig(Reading(OutboxGroup(job.Name)))
    {
        EnablePartitionEof = false,
        FetchWaitMaxMs = 100,
        QueuedMaxMessagesKbytes = 4 * 1024,
    }));

    /// <summary>Group that holds how far a job's results have gone on to streams.</summary>
    public static string OutboxGroup(string job) => $"{job}.streams";

    /// <summary>A reader to the end: it does not let the broker hold an answer back in the hope of more.</summary>
    internal IConsumer<Ignore, byte[]> OpenReader(IsolationLevel isolation = IsolationLevel.ReadCommitted) =>
        Build<byte[]>(With(new ConsumerConfig(Reading("streamgrains-journal-reader")) { FetchWaitMaxMs = 10, IsolationLevel = isolation }));

    internal IConsumer<Ignore, Ignore> OpenProbe(string group) => Build<Ignore>(With(Reading(group)));

    /// <summary>For blobs: what is acknowledged is on all replicas in sync; what is not within <paramref name="patience"/> has failed.</summary>
    internal ProducerConfig Blobs(TimeSpan patience) => new(With(new ProducerConfig
    {
        EnableIdempotence = true,
        LingerMs = 0,
        MessageTimeoutMs = (int)patience.TotalMilliseconds,
    }));

    /// <summary>A reader of blobs, with keys. It is told of errors, because a broker that is away shows in no other way.</summary>
    internal IConsumer<byte[], byte[]> OpenBlobReader(Action<string> failing) =>
        new ConsumerBuilder<byte[], byte[]>(With(new ConsumerConfig(Reading("streamgrains-snapshot-reader"))
            {
                FetchWaitMaxMs = 10,
                MaxPartitionFetchBytes = 8 << 20,
                QueuedMaxMessagesKbytes = 16 << 10,
            }))
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => failing(error.Reason)).Build();

    /// <summary>Committed records only, offsets in nobody's hands but ours, ends reported, nothing skipped silently.</summary>
    private static ConsumerConfig Reading(string group) => new()
    {
        GroupId = group,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        EnablePartitionEof = true,
        AutoOffsetReset = AutoOffsetReset.Error,
        AllowAutoCreateTopics = false,
    };

    private static IConsumer<Ignore, TValue> Build<TValue>(ClientConfig config) =>
        new ConsumerBuilder<Ignore, TValue>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private ClientConfig With(ClientConfig config)
    {
        config.BootstrapServers = bootstrap;
        config.ClientId = "streamgrains";
        foreach (var (key, value) in raw) config.Set(key, value);
        return config;
    }
}
