using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using TopicPartition = Confluent.Kafka.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>
/// An outbox topic: committed records only, and offsets in the group <c>{job}.streams</c>. What has gone on is deleted from time to time, so where the offsets have expired nothing but the
/// last few records is passed on again. Owner: one relay, on its thread.
/// </summary>
public sealed class KafkaOutbox : IOutbox
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromSeconds(30);

    private readonly string topic;
    private readonly CancellationToken giveUp;
    private readonly BoundedClient<IConsumer<byte[], byte[]>> client;
    private readonly RenewedClient<IAdminClient> admin;
    private readonly Dictionary<int, long> next = [];
    private Dictionary<int, long> gone = [];
    private long trimmedAt = Environment.TickCount64;

    /// <summary>Finds the slot's partitions and where to begin. Throws <see cref="JobFailed"/> when a topic is not there, <see cref="ClusterUnreachable"/> when Kafka does not answer.</summary>
    public KafkaOutbox(JobPlan job, int slot, string topic, KafkaSettings settings, CancellationToken giveUp)
    {
        (this.topic, this.giveUp) = (topic, giveUp);
        client = new(new ConsumerBuilder<byte[], byte[]>(settings.Outbox(job)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
        admin = new(() => new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build(), _ => { });
        try
        {
            var (slots, partitions) = (Partitions(job.JournalTopic), Partitions(topic));
            client.Client.Assign(Begin([.. Enumerable.Range(0, partitions).Where(p => p % slots == slot).Select(p => new TopicPartition(topic, p))]));
        }
        catch (Exception failure)
        {
            Dispose();
            if (failure is KafkaException { Error: var error }) throw new ClusterUnreachable($"no Kafka broker answers at {settings.Bootstrap}: {error.Reason}", failure);
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<OutboxRecord> Read(int most, TimeSpan wait)
    {
        var records = new List<OutboxRecord>();
        try
        {
            while (records.Count < most && client.Client.Consume(records.Count == 0 ? wait : TimeSpan.Zero) is { } record)
            {
                records.Add(new OutboxRecord(record.Partition.Value, record.Offset.Value, record.Message.Timestamp.UnixTimestampMs, Text(record.Message.Key), Text(record.Message.Value)));
                next[record.Partition.Value] = record.Offset.Value + 1;
            }
            return records;
        }
        catch (ConsumeException failure)
        {
            throw new IOException($"reading '{topic}': {failure.Error.Reason} ({failure.Error.Code})", failure);
        }
    }

    /// <inheritdoc/>
    public void Done()
    {
        if (next.Count == 0) return;
        var offsets = Offsets(next);
        var doing = $"committing what has gone on from '{topic}'";
        KafkaRetry.Do(doing, () => client.Call(doing, Timeout, c => c.Commit(offsets), giveUp), giveUp);
        foreach (var (partition, offset) in next) gone[partition] = offset;
        next.Clear();
        if (Environment.TickCount64 - trimmedAt >= TrimEvery.TotalMilliseconds) Trim();
    }

    /// <summary>Deletes what has gone on, and lets go.</summary>
    public void Dispose()
    {
        Trim();
        admin.Dispose();
        client.Dispose();
    }

    /// <summary>Where the group left it; the first record that is there where it left nothing, or an offset of another life of the topic.</summary>
    private List<TopicPartitionOffset> Begin(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0) return [];
        var committed = Ask($"asking how far '{topic}' has gone on", c => c.Committed(partitions, Timeout));
        return [.. committed.Select(c =>
        {
            var range = Ask($"asking for the ends of '{topic}'", client => client.QueryWatermarkOffsets(c.TopicPartition, Timeout));
            return new TopicPartitionOffset(c.TopicPartition, c.Offset.Value >= range.Low.Value && c.Offset.Value <= range.High.Value ? c.Offset : range.Low);
        })];
    }

    private int Partitions(string of)
    {
        // Metadata of all topics: asking for one by name may create it.
        var found = admin.Call("asking for metadata", Timeout, c => c.GetMetadata(Timeout), giveUp).Topics.FirstOrDefault(t => t.Topic == of);
        return found is { Error.IsError: false, Partitions.Count: > 0 } ? found.Partitions.Count : throw new JobFailed($"topic '{of}' does not exist");
    }

    private void Trim()
    {
        if (gone.Count == 0) return;
        trimmedAt = Environment.TickCount64;
        try
        {
            var options = new DeleteRecordsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout };
            admin.Call("deleting records", Timeout, c => c.DeleteRecordsAsync(Offsets(gone), options).GetAwaiter().GetResult());
            gone = [];
        }
        catch (KafkaException)
        {
            // Best effort: what stays is deleted the next time.
        }
    }

    private T Ask<T>(string doing, Func<IConsumer<byte[], byte[]>, T> question) => KafkaRetry.Ask(doing, () => client.Call(doing, Timeout, question, giveUp), giveUp);

    private List<TopicPartitionOffset> Offsets(Dictionary<int, long> of) => [.. of.Select(o => new TopicPartitionOffset(topic, o.Key, o.Value))];

    private static string Text(byte[]? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes);
}
