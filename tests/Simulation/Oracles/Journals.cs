using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Processing;
using StreamGrains.Simulation.Broker;

namespace StreamGrains.Simulation.Oracles;

/// <summary>The committed journals of all slots.</summary>
internal sealed class Journals(IReadOnlyList<List<(JournalRecord Record, Entry Entry)>> slots)
{
    public IReadOnlyList<(JournalRecord Record, Entry Entry)> Of(ProcessorId id) => slots[id.Partition % slots.Count];

    /// <summary>Where a processor ended.</summary>
    public ProcessorMark Last(ProcessorId id) => Of(id)[^1].Record.Processors.First(m => m.Id == id);

    /// <summary>What happened to a processor without a record, in order.</summary>
    public IEnumerable<JournalEvent> Events(ProcessorId id) => Of(id).SelectMany(r => r.Record.Events).Where(e => e.Id == id);
}
