using Confluent.Kafka;
using StreamGrains.Chaos.Ledger;

namespace StreamGrains.Chaos.Check;

/// <summary>
/// Reads everything the run writes, committed records only, straight from the brokers, and has each record checked as it comes.
/// Owner: its own thread; counts may be read by any.
/// </summary>
internal sealed class Checker : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> consumer;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private readonly Dictionary<TopicPartition, long> positions = [];
    private readonly Dictionary<TopicPartition, long> metEnds = [];
    private readonly object gate = new();
    private readonly Tally tally;

    public Checker(string bootstrap, Tally tally)
    {
        this.tally = tally;
        Early = new SinkCheck(Topics.Early, Reference.IsEarly, Reference.WriteEarly, n => LedgerEvent.Deal1.KeyOf(n), ByPartitions, tally);
        Final = new SinkCheck(Topics.Final, _ => true, Reference.WriteFinal, n => LedgerEvent.Deal2.KeyOf(n), ByKeyAndPartition, tally);
        Rejected = new RejectedCheck(tally);
        Input = new InputCheck(tally);
        Journal = new JournalCheck(tally);
        Clock = new RecoveryClock(2 * Topics.Partitions);
        consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "chaos-checker",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            QueuedMinMessages = 20_000,
            QueuedMaxMessagesKbytes = 16 * 1024,
            // Fewer and larger answers: processor time is short where three brokers share a machine with all the rest.
            FetchWaitMaxMs = 100,
            FetchMinBytes = 32 * 1024,
            SocketTimeoutMs = 10_000,
        }).SetKeyDeserializer(Deserializers.ByteArray).SetValueDeserializer(Deserializers.ByteArray).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        thread = new Thread(Run) { IsBackground = true, Name = "checker" };
    }

    public SinkCheck Early { get; }

    public SinkCheck Final { get; }

    public RejectedCheck Rejected { get; }

    public InputCheck Input { get; }

    public JournalCheck Journal { get; }

    public RecoveryClock Clock { get; }

    /// <summary>Results so far, dead letters among them.</summary>
    public long Results => Early.Count + Final.Count + Rejected.Count;

    /// <summary>Events that are through: in the last sink, or rejected.</summary>
    public long Through => Final.Count + Rejected.Count;

    public void Start() => thread.Start();

    /// <summary>Offset behind the last record that was checked.</summary>
    public long Position(TopicPartition partition)
    {
        lock (gate) return positions.GetValueOrDefault(partition);
    }

    /// <summary>Waits until everything that is committed now has been checked. False when that takes longer than <paramref name="patience"/>.</summary>
    public bool ReadToEnd(TimeSpan patience)
    {
        var end = RecoveryClock.Now + (long)patience.TotalMilliseconds;
        var ends = Assignment().ToDictionary(p => p, p => consumer.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(30)).High.Value);
        while (RecoveryClock.Now < end)
        {
            lock (gate)
                if (ends.All(e => Math.Max(metEnds.GetValueOrDefault(e.Key), positions.GetValueOrDefault(e.Key)) >= e.Value)) return true;
            stop.Token.WaitHandle.WaitOne(50);
        }
        return false;
    }

    /// <summary>Counts what is missing of the first <paramref name="events"/> events.</summary>
    public void CountLost(long events)
    {
        Early.CountLost(events);
        Final.CountLost(events);
        Rejected.CountLost(events);
    }

    public void Dispose()
    {
        stop.Cancel();
        if (thread.IsAlive) thread.Join();
        consumer.Dispose();
        stop.Dispose();
    }

    private static IEnumerable<TopicPartition> Assignment() =>
        new[] { Topics.Ledger, Topics.Early, Topics.Final, Topics.Rejected, Topics.Journal }.SelectMany(t => Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartition(t, p)));

    /// <summary>The first stage's rows stay in the order of their partition.</summary>
    private static int ByPartitions(long n, int to) => LedgerEvent.Partition(n, Topics.Partitions) * Topics.Partitions + to;

    /// <summary>Behind the re-key, rows of one key from one partition stay in order.</summary>
    private static int ByKeyAndPartition(long n, int to) => LedgerEvent.Deal2.KeyOf(n) * Topics.Partitions + LedgerEvent.Partition(n, Topics.Partitions);

    private void Run()
    {
        consumer.Assign(Assignment().Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(100) is { } record) Take(record);
            }
            catch (ConsumeException)
            {
                // A broker that is away comes back, and the client goes on by itself; what never comes counts as lost.
            }
            catch (Exception failure)
            {
                tally.Fail($"the checker ended: {failure}");
                return;
            }
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (record.IsPartitionEOF)
        {
            lock (gate) metEnds[record.TopicPartition] = record.Offset.Value;
            return;
        }
        switch (record.Topic)
        {
            case Topics.Early:
                // A slot has the source partition and the one behind the re-key: where its first stage writes, the slot is at work.
                if (Early.Take(record) is >= 0 and var number) Clock.Saw(LedgerEvent.Partition(number, Topics.Partitions), record.Message.Timestamp.UnixTimestampMs);
                break;
            case Topics.Final:
                Final.Take(record);
                Clock.Saw(Topics.Partitions + record.Partition.Value, record.Message.Timestamp.UnixTimestampMs);
                break;
            case Topics.Rejected:
                Rejected.Take(record);
                break;
            case Topics.Ledger:
                Input.Take(record);
                break;
            default:
                Journal.Take(record, consumer.GetWatermarkOffsets(record.TopicPartition).Low.Value);
                break;
        }
        lock (gate) positions[record.TopicPartition] = record.Offset.Value + 1;
    }
}
