using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// Knows how far a slot's journal and its internal topics may be cut: back to the older of the two snapshots that every processor keeps, so that a torn
/// newest one still has a way back. Owner: its <see cref="SlotHost"/>.
/// </summary>
internal sealed class LogTrimmer(JobPlan job, Slot slot)
{
    private readonly TopicSlice journal = new(job.JournalTopic, slot.Index);
    private readonly List<(long Sequence, long Offset)> marks = [];

    /// <summary>Remembers where the journal stands before the next commit: every record before that offset has a smaller sequence number.</summary>
    public void MarkJournal(IJobCluster cluster) => marks.Add((slot.Sequence + 1, cluster.Ranges([journal])[journal].Next));

    /// <summary>Offsets below which nothing is needed any more; empty while a processor has fewer than two snapshots.</summary>
    public IReadOnlyDictionary<TopicSlice, long> Cut()
    {
        var cut = new Dictionary<TopicSlice, long>();
        if (slot.Runs.Any(r => r.Snapshots.Count < 2)) return cut;
        var oldest = slot.Runs.Min(r => r.Snapshots[^1].Sequence);
        var reached = marks.FindLastIndex(m => m.Sequence <= oldest);
        if (reached >= 0)
        {
            cut[journal] = marks[reached].Offset;
            marks.RemoveRange(0, reached);
        }
        foreach (var run in slot.Runs.Where(r => r.Processor.Id.Stage > 0))
            cut[new TopicSlice(run.Processor.Topic, run.Processor.Id.Partition)] = run.Snapshots[^1].Position;
        return cut;
    }
}
