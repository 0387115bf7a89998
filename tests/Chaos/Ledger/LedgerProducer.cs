using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StreamGrains.Chaos.Ledger;

/// <summary>
/// Writes the events 0, 1, 2, ... at a rate, in order within a partition, each once: idempotent, acknowledged by all replicas, tried until it has arrived. What it falls behind
/// it makes up for. Owner: its own thread; the counts may be read by any.
/// </summary>
internal sealed class LedgerProducer : IDisposable
{
    public const string NumberHeader = "n";
    private const int TickMs = 10;

    private readonly IProducer<byte[]?, byte[]?> producer;
    private readonly string topic;
    private readonly int partitions;
    private readonly int rate;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private readonly Stopwatch clock = new();
    private readonly Action<DeliveryReport<byte[]?, byte[]?>> report;
    private readonly long first;
    private long written, acknowledged;
    private volatile string? failure;

    /// <param name="bootstrap">Where the brokers are.</param>
    /// <param name="topic">Where events go.</param>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="rate">Events a second.</param>
    /// <param name="first">Number of the first event.</param>
    public LedgerProducer(string bootstrap, string topic, int partitions, int rate, long first = 0)
    {
        (this.topic, this.partitions, this.rate, this.first) = (topic, partitions, rate, first);
        report = delivery =>
        {
            if (delivery.Error.IsError) failure ??= $"an event did not arrive: {delivery.Error.Reason}";
            else Interlocked.Increment(ref acknowledged);
        };
        var config = new ProducerConfig
        {
            BootstrapServers = bootstrap,
            EnableIdempotence = true,
            Acks = Acks.All,
            MessageTimeoutMs = int.MaxValue,
            // The client spins while a batch that is due waits for those before it to be acknowledged: a longer wait means fewer of them.
            LingerMs = 200,
            CompressionType = CompressionType.Lz4,
            SocketTimeoutMs = 10_000,
            QueueBufferingMaxMessages = 2_000_000,
            DeliveryReportFields = "status",
        };
        producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetKeySerializer(Serializers.ByteArray!)
            .SetValueSerializer(Serializers.ByteArray!)
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) =>
            {
                if (error.IsFatal) failure ??= error.Reason;
            })
            .Build();
        thread = new Thread(Run) { IsBackground = true, Name = "ledger" };
    }

    /// <summary>Events handed to the client.</summary>
    public long Written => Interlocked.Read(ref written);

    /// <summary>Events that all replicas in sync have: the ledger.</summary>
    public long Acknowledged => Interlocked.Read(ref acknowledged);

    /// <summary>Seconds of writing.</summary>
    public double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>Why the ledger itself is broken, or null.</summary>
    public string? Failure => failure;

    public void Start() => thread.Start();

    /// <summary>Writes no more and waits until everything has arrived. Throws when it does not within <paramref name="patience"/>.</summary>
    public void Finish(TimeSpan patience)
    {
        stop.Cancel();
        thread.Join();
        producer.Flush(patience);
        clock.Stop();
        if (failure is null && Acknowledged != Written) failure = $"{Written - Acknowledged} events did not arrive within {patience.TotalSeconds:0} s";
        if (failure is { } why) throw new InvalidOperationException($"the ledger is broken, nothing can be said about the job: {why}");
    }

    public void Dispose()
    {
        stop.Cancel();
        if (thread.IsAlive) thread.Join();
        producer.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        clock.Start();
        var buffer = new byte[LedgerEvent.MaxBytes];
        var next = first;
        while (!stop.IsCancellationRequested && failure is null)
        {
            for (var due = first + (long)(clock.Elapsed.TotalSeconds * rate); next < due && !stop.IsCancellationRequested; next++) Write(next, buffer);
            stop.Token.WaitHandle.WaitOne(TickMs);
        }
    }

    private void Write(long n, byte[] buffer)
    {
        var length = LedgerEvent.Write(n, buffer);
        var message = new Message<byte[]?, byte[]?>
        {
            Key = Encoding.UTF8.GetBytes(LedgerEvent.Deal1.KeyOf(n).ToString(CultureInfo.InvariantCulture)),
            Value = length < 0 ? null : buffer.AsSpan(0, length).ToArray(),
        };
        // What cannot be read does not tell its number, and a dead letter keeps the headers.
        if (LedgerEvent.DefectOf(n) != Defect.None)
        {
            var number = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(number, n);
            message.Headers = new Headers { { NumberHeader, number } };
        }
        var to = new TopicPartition(topic, LedgerEvent.Partition(n, partitions));
        while (true)
        {
            try
            {
                producer.Produce(to, message, report);
                Interlocked.Increment(ref written);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                if (stop.IsCancellationRequested) return;
                stop.Token.WaitHandle.WaitOne(TickMs);
            }
        }
    }
}
