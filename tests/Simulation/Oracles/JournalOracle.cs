using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>
/// The journals themselves: numbered without a gap, one owner at a time, nothing goes back, the group's offsets agree, and a snapshot was whole on disk when it was named.
/// </summary>
internal static class JournalOracle
{
    public static Journals Check(SimWorld world)
    {
        var slots = new List<List<(JournalRecord Record, Entry Entry)>>();
        for (var slot = 0; slot < world.Slots; slot++)
        {
            var records = CommittedJournal.Read(world, slot);
            CheckSlot(world, slot, records);
            slots.Add(records);
        }
        return new Journals(slots);
    }

    private static void CheckSlot(SimWorld world, int slot, List<(JournalRecord Record, Entry Entry)> records)
    {
        if (records.Count == 0) throw new OracleSays($"slot {slot} has committed nothing");
        var owners = new HashSet<Guid>();
        JournalRecord? before = null;
        foreach (var (record, entry) in records)
        {
            var expected = (before?.Sequence ?? 0) + 1;
            if (record.Sequence != expected) throw new OracleSays($"the journal of slot {slot} has commit {record.Sequence} at offset {entry.Offset} where {expected} belongs");
            if (record.Owner != before?.Owner && !owners.Add(record.Owner)) throw new OracleSays($"owner {record.Owner} of slot {slot} is back with commit {record.Sequence} after another owner's");
            foreach (var mark in record.Processors) CheckMark(world, record, entry, mark, before?.Processors.First(m => m.Id == mark.Id));
            before = record;
        }
        foreach (var mark in before!.Processors)
        {
            var slice = new TopicPartition(world.Plan.Stages[mark.Id.Stage].Input.Topic, mark.Id.Partition);
            CheckWayBack(world, slot, slice, mark, records);
            if (world.Broker.Group.GetValueOrDefault(slice, -1) != mark.Position)
                throw new OracleSays($"the group has committed offset {world.Broker.Group.GetValueOrDefault(slice, -1)} of {slice}, the journal says {mark.Position}");
        }
    }

    /// <summary>From the oldest snapshot that is named, everything behind it must still be there.</summary>
    private static void CheckWayBack(SimWorld world, int slot, TopicPartition slice, ProcessorMark mark, List<(JournalRecord Record, Entry Entry)> records)
    {
        if (mark.Snapshots.Count == 0) return;
        var oldest = mark.Snapshots[^1];
        if (world.Broker[slice].NextCommitted(oldest.Position) is { } needed && needed < Math.Min(world.Broker[slice].Start, mark.Position)) throw new OracleSays($"{slice} is trimmed to {world.Broker[slice].Start}, and snapshot '{oldest.Name}' goes on from {oldest.Position}");
        var journal = world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)];
        var first = records.First(r => r.Entry.Offset >= journal.Start).Record.Sequence;
        if (first > oldest.Sequence + 1) throw new OracleSays($"the journal of slot {slot} is trimmed to commit {first}, and snapshot '{oldest.Name}' goes on from commit {oldest.Sequence}");
    }

    private static void CheckMark(SimWorld world, JournalRecord record, in Entry entry, ProcessorMark mark, ProcessorMark? before)
    {
        var what = $"processor {mark.Id} in commit {record.Sequence} of slot {record.Slot}";
        if (before is not null)
        {
            if (mark.Position < before.Position) throw new OracleSays($"{what} goes back from offset {before.Position} to {mark.Position}");
            if (mark.Start != before.Start) throw new OracleSays($"{what} has start {mark.Start} after {before.Start}");
            // In replay a processor is behind what is committed, and so is the watermark it shows.
            if (mark.Watermark < before.Watermark && mark.Position > before.Position) throw new OracleSays($"the watermark of {what} goes back from {before.Watermark} to {mark.Watermark}");
        }
        foreach (var snapshot in mark.Snapshots)
        {
            if (before is not null && before.Snapshots.Any(s => s.Name == snapshot.Name)) continue;
            if (!world.Disk.EverDurable.TryGetValue(snapshot.Name, out var blob)) throw new OracleSays($"{what} names snapshot '{snapshot.Name}', which was never durable");
            if (entry.Txn?.Txn is { } txn && blob.DurableAt > txn.DecidedAt) throw new OracleSays($"{what} names snapshot '{snapshot.Name}' before it is durable");
            if (blob.RemovedAt is { } removed && entry.Txn?.Txn is { } landed && removed < landed.DecidedAt) throw new OracleSays($"{what} names snapshot '{snapshot.Name}', which was removed before");
        }
    }
}
