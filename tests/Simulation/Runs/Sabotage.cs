using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Oracles;
using StreamGrains.Simulation.Processes;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>
/// After a run that is well: something is broken that the job must not survive. The next process must refuse in the right words and write nothing.
/// </summary>
internal sealed class Sabotage(SimWorld world, Fleet fleet, Rng rng)
{
    private IEnumerable<string> watched = [];

    /// <summary>Breaks one thing and starts a process; true once that is to be waited for.</summary>
    public bool Begin()
    {
        var slot = rng.Next(world.Slots);
        var last = CommittedJournal.Last(world, slot)!;
        var words = rng.Next(8) switch
        {
            0 => RemoveInput(slot, last),
            1 => RemoveJournal(slot, last),
            2 => Scribble(new TopicPartition(world.Plan.JournalTopic, slot), "cannot be read"),
            3 => world.Job.Internal is { } topic ? Scribble(new TopicPartition(topic, 0), "is not a column block") : null,
            4 => MakeAgain(last),
            5 => Compact(slot, last),
            6 => EmptyJournal(last),
            _ => MoveOffsets(last),
        };
        if (words is null) return false;
        world.Trace.Say("", $"sabotage: the next process must refuse with \"{words}\"");
        world.Watch.ExpectedRefusal = words;
        // A slot that replays one of its inputs may commit that another is idle.
        watched = words == "the replay of" ? world.Job.Sinks : world.Job.Sinks.Append(world.Plan.JournalTopic);
        fleet.Start(Ownership.Alone);
        return true;
    }

    /// <summary>What committed output, and journal, there is.</summary>
    public long Written() => watched.SelectMany(world.Broker.Of).Sum(p => (long)p.All.ToArray().Count(e => e.Committed));

    private string? RemoveInput(int slot, JournalRecord last)
    {
        var mark = last.Processors.FirstOrDefault(m => m.Position > m.Start);
        if (mark is null) return null;
        var partition = world.Broker[SliceOf(mark.Id)];
        if (partition.NextCommitted(mark.Start) is not { } first || partition.Start > first) return null;
        DamageAll(mark.Id);
        partition.Trim(first + 1);
        if (partition.Start <= first) return null;
        if (mark.Tally.Count > mark.Position - partition.Start) return "are needed to recover and are gone";
        // Where offsets hold no records it takes the replay to find out, and for that the whole journal.
        return world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)].Start > 0 ? "are gone from" : "the replay of";
    }

    private string? RemoveJournal(int slot, JournalRecord last)
    {
        var journal = world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)];
        var keep = CommittedJournal.Read(world, slot)[^1].Entry.Offset;
        // What is replayed from its beginning must be there, or that would be refused first.
        if (last.Sequence < 2 || last.Processors.Any(m => world.Broker[SliceOf(m.Id)].Start > m.Start)) return null;
        foreach (var mark in last.Processors) DamageAll(mark.Id);
        journal.Trim(keep);
        return "are gone from";
    }

    private string MakeAgain(JournalRecord last)
    {
        var mark = last.Processors[rng.Next(last.Processors.Count)];
        var topic = world.Plan.Stages[mark.Id.Stage].Input.Topic;
        world.Broker.Create(topic, world.Broker.PartitionCount(topic)!.Value);
        return "was deleted and made again";
    }

    /// <summary>The source is compacted under a job that must replay it from its beginning.</summary>
    private string? Compact(int slot, JournalRecord last)
    {
        var mark = last.Processors.First(m => m.Id.Stage == 0);
        var partition = world.Broker[SliceOf(mark.Id)];
        if (partition.Start > mark.Start || world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)].Start > 0 || partition.NextCommitted(mark.Start) is not { } first) return null;
        DamageAll(mark.Id);
        partition.Compact(first);
        return "the replay of";
    }

    private string? EmptyJournal(JournalRecord last)
    {
        if (!last.Processors.Any(m => m.Snapshots.Any(s => s.Sequence > 1))) return null;
        world.Broker.Create(world.Plan.JournalTopic, world.Slots);
        return "is empty, and";
    }

    private string Scribble(TopicPartition slice, string words)
    {
        world.Broker[slice].Append(new Message(null, "hello"u8.ToArray(), [], 0));
        return words;
    }

    private string MoveOffsets(JournalRecord last)
    {
        var mark = last.Processors[rng.Next(last.Processors.Count)];
        world.Broker.CommitOffsets(new Dictionary<TopicPartition, long> { [SliceOf(mark.Id)] = mark.Position + 1 });
        return "has committed offset";
    }

    private void DamageAll(ProcessorId id)
    {
        foreach (var (name, blob) in world.Disk.Blobs)
            if (name.StartsWith($"{world.Plan.Name}/{id}/", StringComparison.Ordinal)) blob.Content = null;
    }

    private TopicPartition SliceOf(ProcessorId id) => new(world.Plan.Stages[id.Stage].Input.Topic, id.Partition);
}
