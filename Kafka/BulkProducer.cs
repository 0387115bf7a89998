using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Encode;

namespace StreamGrains.Kafka;

/// <summary>
/// Loads many records into one topic, without an object for each. Idempotent, keys to the partitions that Java clients choose. There are no delivery reports:
/// a record that cannot be delivered makes the producer fail as a whole (<c>enable.gapless.guarantee</c>), so what <see cref="Flush"/> passes is in the topic.
/// Owner: one command, on its thread.
/// </summary>
public sealed class BulkProducer : IDisposable
{
    private const int Batch = 2_000;
    private const int BatchBytes = 1 << 20;

    private readonly OutputBuffer buffer = new();
    private readonly SlotProducer producer;
    private readonly string topic;

    /// <param name="settings">How to connect.</param>
    /// <param name="topic">Where records go; it must be there.</param>
    /// <param name="lingerMs">How long the client collects records for one request: long for loads, short where latency counts.</param>
    public BulkProducer(KafkaSettings settings, string topic, int lingerMs = 50)
    {
        this.topic = topic;
        var config = settings.Producer(lingerMs);
        config.EnableGaplessGuarantee = true;
        config.EnableDeliveryReports = false;
        config.QueueBufferingMaxMessages ??= 500_000;
        config.QueueBufferingMaxKbytes ??= 256 << 10;
        producer = new SlotProducer(config, transactional: false);
    }

    /// <summary>Records handed over so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a record; <paramref name="timestamp"/> is milliseconds since the epoch, 0 for now. Waits while the client's queue is full.</summary>
    public void Add(ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, long timestamp, CancellationToken giveUp)
    {
        var keyText = hasKey ? buffer.Bytes.Append(key) : OutputBuffer.Null;
        buffer.Add(topic, -1, timestamp, keyText, buffer.Bytes.Append(value));
        Count++;
        if (buffer.Records.Count >= Batch || buffer.Bytes.Length >= BatchBytes) Send(giveUp);
    }

    /// <summary>Hands over what is buffered, without waiting for it to arrive.</summary>
    public void Send(CancellationToken giveUp)
    {
        if (buffer.Records.Count == 0) return;
        if (producer.Failure is { } reason) throw new JobFailed($"records cannot be delivered to '{topic}': {reason}");
        try
        {
            producer.Produce(buffer, giveUp);
        }
        catch (KafkaException failure)
        {
            throw new JobFailed($"records cannot be delivered to '{topic}': {producer.Failure ?? failure.Error.Reason}", failure);
        }
        buffer.Clear();
    }

    /// <summary>Waits until every record is in the topic. Throws <see cref="JobFailed"/> when that does not happen in time.</summary>
    public void Flush(TimeSpan timeout)
    {
        Send(CancellationToken.None);
        if (!producer.FlushAll(timeout, out var why)) throw new JobFailed($"not every record reached '{topic}': {why}");
    }

    public void Dispose() => producer.Dispose();
}
