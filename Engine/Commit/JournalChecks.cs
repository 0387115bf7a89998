using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Commit;

/// <summary>What must hold of a slot's journal before anything is done with it. A broken rule stops the slot with words: never guess.</summary>
internal static class JournalChecks
{
    public static void Check(JobPlan job, int slot, int slots, IReadOnlyList<JournalRecord> records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record.Slot != slot || record.Slots != slots)
                throw new JobFailed($"{job.JournalTopic}[{slot}] is the journal of slot {record.Slot} of {record.Slots}; this run wants slot {slot} of {slots}. Set slots: {record.Slots}, or reset the job.");
            if (i > 0 && record.Sequence != records[i - 1].Sequence + 1)
                throw new JobFailed($"the journal of slot {slot} has commit {record.Sequence} after commit {records[i - 1].Sequence}: commits between them are missing");
        }
        if (records.Count == 0)
        {
            // Every slot of a later generation has its first commit before any of them runs.
            if (job.Generation == 1) return;
            throw new JobFailed(
                $"generation {job.Generation} of job '{job.Name}' has not begun in slot {slot}: whoever began it was interrupted. Start the job where that was asked for, which finishes it, "
                + "or forget the job with `streamgrains reset` (its savepoints stay).");
        }
        if (records[^1].Closed) throw new PartitionFenced($"the journal of slot {slot} is closed: the job goes on under another one");
        if (records[^1].Fingerprint != job.Fingerprint)
        {
            throw new JobFailed(
                $"job '{job.Name}' has state of another version of its spec: sources, keys, rolling or window steps have changed. Run the old spec to go on from that state, "
                + "give the new version another job name, or forget the state with `streamgrains reset`.");
        }
    }

    /// <summary>
    /// Offsets and journal are written in one transaction, so they agree; when they do not, this says in words that somebody else has written one of them. An offset that is absent has
    /// expired, or its group was deleted: the journal is the truth, and the next commit writes it again.
    /// </summary>
    public static string? Disagreement(
        JobPlan job, JournalRecord? last, Dictionary<ProcessorId, TopicPartition> slices, IReadOnlyDictionary<TopicPartition, long> committed)
    {
        foreach (var (id, slice) in slices)
        {
            var journaled = last?.Processors.FirstOrDefault(m => m.Id == id)?.Position;
            long? offset = committed.TryGetValue(slice, out var found) ? found : null;
            // At least once writes the journal after the offsets, and a fault may come between them.
            if (!job.ExactlyOnce && offset >= (journaled ?? 0)) continue;
            if (journaled == offset || (offset is null && journaled is not null)) continue;
            if (last is null)
            {
                return $"the journal {job.JournalTopic} is empty, and group '{job.Name}' has committed offset {Text(offset)} for {slice}: the journal was deleted or made again, or somebody else reads with this group. "
                    + "Bring the journal back, or start the job from a savepoint; where the group is somebody else's, give the job another name. To begin anew, reset the job: all of the input is taken again then.";
            }
            return
                $"group '{job.Name}' has committed offset {Text(offset)} for {slice}, the job's journal says {Text(journaled)}. They are written together, so something else changed one. "
                + $"Nothing is lost: where offsets were moved by hand, delete those of group '{job.Name}' (kafka-consumer-groups --delete-offsets), and the job writes them again from its journal.";
        }
        return null;
    }

    private static string Text(long? offset) => offset?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none";
}
