using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>A slot's committed journal records, trimmed ones included, with their entries in the topic.</summary>
internal static class CommittedJournal
{
    public static List<(JournalRecord Record, Entry Entry)> Read(SimWorld world, int slot)
    {
        var records = new List<(JournalRecord, Entry)>();
        foreach (var entry in world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)].All)
        {
            if (!entry.Committed) continue;
            if (!JournalCodec.TryDecode(entry.Message!.Value!, out var record, out var reason)) throw new OracleSays($"offset {entry.Offset} of the journal of slot {slot} cannot be decoded: {reason}");
            if (record!.Job == world.Plan.Name) records.Add((record, entry));
        }
        return records;
    }

    public static JournalRecord? Last(SimWorld world, int slot)
    {
        var all = world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)].All;
        for (var i = all.Length - 1; i >= 0; i--)
            if (all[i].Committed && JournalCodec.TryDecode(all[i].Message!.Value!, out var record, out _) && record!.Job == world.Plan.Name) return record;
        return null;
    }
}

/// <summary>Something that must not be, in words.</summary>
internal sealed class OracleSays(string message) : Exception(message);
