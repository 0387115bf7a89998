using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>
/// Reads one journal partition to its end, committed records only. After InitTransactions no transaction of the slot is open, and the end that the
/// consumer sees is the true one; before, it is that of what is settled. Control records occupy offsets, so reading goes by position and end-of-partition, never by count.
/// </summary>
internal sealed class JournalReader(KafkaSettings settings, TopicSlice journal)
{
    private const int FirstTail = 64, Looks = 12;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public IReadOnlyList<byte[]> Read(bool tailOnly, CancellationToken giveUp)
    {
        using var consumer = settings.OpenReader();
        var partition = new TopicPartition(journal.Topic, journal.Partition);
        var range = Range(consumer, giveUp);
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
        using var written = settings.OpenReader(IsolationLevel.ReadUncommitted);
        using var settled = settings.OpenReader();
        var end = Range(written, giveUp).High;
        for (var attempt = 1; attempt <= Looks && Range(settled, giveUp).High < end; attempt++)
        {
            giveUp.WaitHandle.WaitOne(CommitPolicy.RetryDelay(attempt));
            giveUp.ThrowIfCancellationRequested();
        }
    }

    private WatermarkOffsets Range(IConsumer<Ignore, byte[]> consumer, CancellationToken giveUp) =>
        KafkaRetry.Ask($"asking for the ends of the journal {journal}", () => consumer.QueryWatermarkOffsets(new TopicPartition(journal.Topic, journal.Partition), Timeout), giveUp);

    private List<byte[]> ReadFrom(IConsumer<Ignore, byte[]> consumer, TopicPartition partition, long from, CancellationToken giveUp)
    {
        var records = new List<byte[]>();
        consumer.Assign(new TopicPartitionOffset(partition, from));
        while (true)
        {
            try
            {
                var record = consumer.Consume(giveUp);
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
}
