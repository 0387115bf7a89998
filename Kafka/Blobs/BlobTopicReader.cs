using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;

namespace StreamGrains.Kafka.Blobs;

/// <summary>
/// Reads a partition of the snapshot topic from an offset. A reading starts with an assignment of its own, so an end that it meets is one that it has asked for.
/// Owner: one caller at a time.
/// </summary>
internal sealed class BlobTopicReader : IDisposable
{
    private readonly IConsumer<byte[], byte[]> consumer;
    private readonly string topic;
    private readonly TimeSpan patience;
    private volatile string? lastError;

    public BlobTopicReader(KafkaSettings settings, string topic, TimeSpan patience)
    {
        this.topic = topic;
        this.patience = patience;
        consumer = settings.OpenBlobReader(reason => lastError = reason);
    }

    /// <summary>
    /// Hands out records until <paramref name="take"/> wants no more or the partition ends; returns the offset behind the last one. Throws <see cref="KafkaException"/>, or
    /// <see cref="TimeoutException"/> when nothing comes.
    /// </summary>
    public long Read(int partition, Offset from, Func<ConsumeResult<byte[], byte[]>, bool> take)
    {
        consumer.Assign(new TopicPartitionOffset(topic, partition, from));
        try
        {
            for (var heard = Stopwatch.GetTimestamp(); ;)
            {
                var left = patience - Stopwatch.GetElapsedTime(heard);
                if (left <= TimeSpan.Zero) throw NoAnswer();
                var record = Consume(left);
                if (record is null) continue;
                if (record.IsPartitionEOF) return record.Offset.Value;
                if (!take(record)) return record.Offset.Value + 1;
                heard = Stopwatch.GetTimestamp();
            }
        }
        finally
        {
            // An assigned consumer goes on asking for more.
            consumer.Unassign();
        }
    }

    public void Dispose() => new BoundedClient<IConsumer<byte[], byte[]>>(consumer).Dispose();

    private TimeoutException NoAnswer()
    {
        var why = lastError is null ? "" : $" ({lastError})";
        return new(string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.#} s{why}"));
    }

    private ConsumeResult<byte[], byte[]>? Consume(TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException failure) when (!KafkaErrors.IsGone(failure.Error.Code) && !KafkaErrors.IsUnknownTopic(failure.Error.Code) && !KafkaErrors.IsHopeless(failure.Error.Code))
        {
            // Leader moving, broker away: the client tries again by itself.
            lastError = failure.Error.Reason;
            return null;
        }
    }
}
