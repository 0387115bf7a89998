using System.Diagnostics;
using Confluent.Kafka;
using StreamGrains.Engine;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>
/// Reads one journal partition on and on, committed records only: what an open transaction hides comes when it has ended. Owner: one <see cref="KafkaSlotLog"/>.
/// </summary>
internal sealed class JournalFollower : IDisposable
{
    private readonly BoundedClient<IConsumer<Ignore, byte[]>> client;
    private readonly TopicPartition journal;
    private bool metEnd;

    public JournalFollower(KafkaSettings settings, TopicPartition journal)
    {
        this.journal = journal;
        client = new(settings.OpenReader());
        client.Client.Assign(new TopicPartitionOffset(journal.Topic, journal.Partition, Offset.Beginning));
    }

    /// <summary>What came since the last call; the first call reads up to the end.</summary>
    public IReadOnlyList<byte[]> Next(CancellationToken giveUp)
    {
        var records = new List<byte[]>();
        for (var heard = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                var record = metEnd ? client.Client.Consume(TimeSpan.Zero) : JournalReader.Next(client.Client, journal, heard, giveUp);
                if (record is null && metEnd) return records;
                if (record is null) continue;
                heard = Stopwatch.GetTimestamp();
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

    public void Dispose() => client.Dispose();
}
