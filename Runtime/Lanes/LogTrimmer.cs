using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Knows how far a slot's journal and its internal topics may be cut: back to the older of the two snapshots that every processor keeps, so that a torn
/// newest one still has a way back. Owner: its <see cref="SlotLifecycle"/>.
/// </summary>
internal sealed class LogTrimmer(JobPlan job, Slot slot)
{
    private readonly List<(long Sequence, long Offset)> marks = [];

    /// <summary>The slot's journal partition.</summary>
    public TopicPartition Journal { get; } = new(job.JournalTopic, slot.Index);

    /// <summary>The journal's next offset was this a moment ago: no record before it can have a sequence number above the last that was begun.</summary>
    public void Mark(long next) => marks.Add((slot.Sequence, next));

    /// <summary>
    /// Offsets below which nothing is needed any more once this record has landed; empty while it names fewer than two snapshots of a processor. What is durable by now and
    /// not named in a landed record counts for nothing: a recovery would not find it.
    /// </summary>
    public IReadOnlyDictionary<TopicPartition, long> Cut(JournalRecord landed)
    {
        var cut = new Dictionary<TopicPartition, long>();
        if (landed.Processors.Any(p => p.Snapshots.Count < 2)) return cut;
        var oldest = landed.Processors.Min(p => p.Snapshots[^1].Sequence);
        var reached = marks.FindLastIndex(m => m.Sequence <= oldest);
        if (reached >= 0)
        {
            cut[Journal] = marks[reached].Offset;
            marks.RemoveRange(0, reached);
        }
        foreach (var processor in landed.Processors.Where(p => p.Id.Stage > 0))
            cut[new TopicPartition(job.Stages[processor.Id.Stage].Input.Topic, processor.Id.Partition)] = processor.Snapshots[^1].Position;
        return cut;
    }
}
