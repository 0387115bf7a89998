using System.Diagnostics;
using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>
/// Reads one journal partition to its end, committed records only. After InitTransactions no transaction of the slot is open, and the end that the
/// consumer sees is the true one; before, it is that of what is settled. Control records occupy offsets, so reading goes by position and end-of-partition, never by count.
/// </summary>
internal sealed class JournalReader(KafkaSettings settings, TopicPartition journal, Action<string> left)
{
    private const int FirstTail = 64, Looks = 12;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30), Silence = TimeSpan.FromMinutes(2), Look = TimeSpan.FromMilliseconds(200);

    public IReadOnlyList<byte[]> Read(bool tailOnly, CancellationToken giveUp)
    {
        using var probe = Open();
        var range = Range(probe, giveUp);
        using var reading = new BoundedClient<IConsumer<Ignore, byte[]>>(settings.OpenReader());
        var (consumer, partition) = (reading.Client, new Confluent.Kafka.TopicPartition(journal.Topic, journal.Partition));
        if (!tailOnly) return ReadFrom(consumer, partition, range.Low, giveUp);
        // The tail may be all control records of aborted transactions: look further back until a record shows.
        for (var length = (long)FirstTail; ; length *= 16)
        {
            var from = Math.Max(range.Low, range.High - length);
            var records = ReadFrom(consumer, partition, from, giveUp);
            if (records.Count > 0 || from == range.Low) return records;
        }
    }

    /// <summary>Waits until all that is in the partition now is committed or aborted, for about half a minute.</summary>
    public void AwaitSettled(CancellationToken giveUp)
    {
        using var written = Open(IsolationLevel.ReadUncommitted);
        using var settled = Open();
        var end = Range(written, giveUp).High;
        for (var attempt = 1; attempt <= Looks && Range(settled, giveUp).High < end; attempt++)
        {
            giveUp.WaitHandle.WaitOne(CommitPolicy.RetryDelay(attempt));
            giveUp.ThrowIfCancellationRequested();
        }
    }

    private RenewedClient<IConsumer<Ignore, byte[]>> Open(IsolationLevel isolation = IsolationLevel.ReadCommitted) => new(() => settings.OpenReader(isolation), left);

    private WatermarkOffsets Range(RenewedClient<IConsumer<Ignore, byte[]>> probe, CancellationToken giveUp)
    {
        var (doing, partition) = ($"asking for the ends of the journal {journal}", new Confluent.Kafka.TopicPartition(journal.Topic, journal.Partition));
        return KafkaRetry.Ask(doing, () => probe.Call(doing, Timeout, c => c.QueryWatermarkOffsets(partition, Timeout), giveUp), giveUp);
    }

    private List<byte[]> ReadFrom(IConsumer<Ignore, byte[]> consumer, Confluent.Kafka.TopicPartition partition, long from, CancellationToken giveUp)
    {
        var records = new List<byte[]>();
        consumer.Assign(new TopicPartitionOffset(partition, from));
        for (var heard = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                var record = Next(consumer, journal, heard, giveUp);
                if (record is null) continue;
                heard = Stopwatch.GetTimestamp();
                if (record.IsPartitionEOF) return records;
                if (record.Message.Value is null) throw new JobFailed($"offset {record.Offset.Value} of {journal} is empty: something else wrote to the journal");
                records.Add(record.Message.Value);
            }
            catch (ConsumeException failure)
            {
                KafkaErrors.ThrowIfHopeless(failure.Error, $"reading the journal {journal}");
            }
        }
    }

    /// <summary>The next record or end; null while there is none. Throws <see cref="JobFailed"/> when nothing has been heard for too long.</summary>
    public static ConsumeResult<Ignore, byte[]>? Next(IConsumer<Ignore, byte[]> consumer, TopicPartition journal, long heard, CancellationToken giveUp)
    {
        giveUp.ThrowIfCancellationRequested();
        if (consumer.Consume(Look) is { } record) return record;
        return Stopwatch.GetElapsedTime(heard) < Silence ? null : throw new JobFailed($"reading the journal {journal}: nothing came within {Silence.TotalSeconds:0} s, neither a record nor the end");
    }
}
