using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>
/// Reads one journal partition on and on, committed records only: what an open transaction hides comes when it has ended. Owner: one <see cref="KafkaSlotLog"/>.
/// </summary>
internal sealed class JournalFollower : IDisposable
{
    private readonly IConsumer<Ignore, byte[]> consumer;
    private readonly TopicSlice journal;
    private bool metEnd;

    public JournalFollower(KafkaSettings settings, TopicSlice journal)
    {
        this.journal = journal;
        consumer = settings.OpenReader();
        consumer.Assign(new TopicPartitionOffset(journal.Topic, journal.Partition, Offset.Beginning));
    }

    /// <summary>What came since the last call; the first call reads up to the end.</summary>
    public IReadOnlyList<byte[]> Next(CancellationToken giveUp)
    {
        var records = new List<byte[]>();
        while (true)
        {
            try
            {
                var record = metEnd ? consumer.Consume(TimeSpan.Zero) : consumer.Consume(giveUp);
                if (record is null) return records;
                if (record.IsPartitionEOF)
                {
                    metEnd = true;
                    return records;
                }
                records.Add(record.Message.Value ?? throw new JobFailed($"offset {record.Offset.Value} of {journal} is empty: something else wrote to the journal"));
            }
            catch (ConsumeException failure)
            {
                KafkaErrors.ThrowIfHopeless(failure.Error, $"reading the journal {journal}");
            }
        }
    }

    public void Dispose() => consumer.Dispose();
}
