using Confluent.Kafka;
using StreamGrains.Engine.Journal;

namespace StreamGrains.Chaos.Check;

/// <summary>Follows the job's journal: every slot's commits have numbers without a gap. Owner: the checker, on its thread; <see cref="Newest"/> any.</summary>
internal sealed class JournalCheck(Tally tally)
{
    private readonly JournalRecord?[] newest = new JournalRecord?[Topics.Partitions];

    /// <summary>The last commit of each slot so far.</summary>
    public IReadOnlyList<JournalRecord?> Newest => [.. newest.Select((_, slot) => Volatile.Read(ref newest[slot]))];

    /// <summary>Offset of the first ledger record that a recovery from the older of two snapshots still needs; 0 while a processor has fewer than two.</summary>
    public long NeededFrom(int partition)
    {
        var mark = Newest.SelectMany(r => r?.Processors ?? []).FirstOrDefault(m => m.Id.Stage == 0 && m.Id.Partition == partition);
        return mark is null || mark.Snapshots.Count < 2 ? 0 : mark.Snapshots[^1].Position;
    }

    public void Take(ConsumeResult<byte[]?, byte[]?> record, long firstOffset)
    {
        var slot = record.Partition.Value;
        if (!JournalCodec.TryDecode(record.Message.Value ?? [], out var commit, out var reason))
        {
            tally.Mistake($"{record.TopicPartitionOffset}: {reason}");
            return;
        }
        var before = newest[slot]?.Sequence ?? 0;
        // What the job cut off before it was read here is no gap.
        if (commit!.Sequence != before + 1 && (firstOffset == 0 || commit.Sequence <= before)) tally.Mistake($"{record.TopicPartitionOffset}: commit {commit.Sequence} comes after commit {before}");
        Volatile.Write(ref newest[slot], commit);
    }
}
