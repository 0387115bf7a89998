using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// Activates a slot: fence, journal, offsets, snapshot; replay follows as the lane feeds records. The order is the correctness: nothing is read before
/// everybody else is shut out. Owner: the slot's worker.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="setup">Partitions and models.</param>
/// <param name="slots">Number of slots of the job.</param>
/// <param name="log">The slot's log.</param>
/// <param name="blobs">Where snapshots are.</param>
/// <param name="notice">Told what a person should know: a snapshot passed over, say.</param>
/// <param name="reached">Told of each step that is done, for who measures how long it took.</param>
public sealed class SlotRecovery(
    JobPlan job, ProcessorSetup setup, int slots, ISlotLog log, IBlobStore blobs, Action<string> notice, Action<RecoveryStep>? reached = null)
{
    private readonly List<(ProcessorRun Run, long To)> losses = [];
    private long snapshotBytes;

    /// <summary>
    /// Takes over slot <paramref name="index"/>; a <paramref name="warm"/> copy of its state, where it fits, saves loading and most of the replay. Throws <see cref="JobFailed"/>
    /// when the stored state is not this job's, or cannot be had.
    /// </summary>
    public async ValueTask<Slot> Activate(int index, Guid owner, Standby? warm = null)
    {
        await log.Open();
        reached?.Invoke(RecoveryStep.Fenced);
        var records = Decode(index, await log.ReadJournal(tailOnly: false));
        var slices = Slices(index);
        if (records.Count == 0 && await Kept(index, slices.Keys) is { } kept) throw await Refusal(index, records, kept);
        var identities = await log.Identities([.. slices.Values.Select(s => s.Topic).Distinct()]);
        if (records.Count > 0 && InputChecks.Replaced(job, records[^1], identities) is { } replaced) throw await Refusal(index, records, replaced);
        var ranges = await log.Ranges(slices.Values);
        var committed = await log.CommittedOffsets(slices.Values);
        if (JournalChecks.Disagreement(job, records.LastOrDefault(), slices, committed) is { } alarm) throw await Refusal(index, records, alarm);
        reached?.Invoke(RecoveryStep.JournalRead);

        if (warm?.Fits(records) == true) await Adopt(warm, records);
        else warm = null;
        var open = warm?.Open ?? new OutputBuffer();
        var runs = warm?.Runs ?? await Recover(slices, ranges, records, open, following: false);
        reached?.Invoke(RecoveryStep.Loaded);
        var recovered = records.Count == 0 ? null : new RecoveryWork(snapshotBytes, runs.Sum(r => r.Behind), warm is not null);
        var slot = new Slot(job, index, new SlotActivation(slots, owner, identities.Over(InputChecks.Of(job, records.LastOrDefault()))), records.Count == 0 ? 0 : records[^1].Sequence, open, runs) { Recovered = recovered };
        foreach (var (run, to) in losses) slot.AcceptLoss(run, to);
        // Offsets that have expired are written again by the next commit, which need not wait for records.
        if (records.Count > 0 && committed.Count < slices.Count) slot.Refresh();
        return slot;
    }

    /// <summary>
    /// A warm copy of slot <paramref name="index"/> beside its owner; null while nothing of it is committed. Throws <see cref="JobFailed"/> when it cannot be had now: what the
    /// owner needs no longer may be gone before it is read, and then a newer snapshot is there.
    /// </summary>
    public async ValueTask<Standby?> Follow(int index)
    {
        var records = Decode(index, await log.FollowJournal());
        if (records.Count == 0) return null;
        var slices = Slices(index);
        var open = new OutputBuffer();
        var runs = await Recover(slices, await log.Ranges(slices.Values), records, open, following: true);
        return new Standby(index, runs, open, records[^1].Sequence);
    }

    /// <summary>What the owner has committed since the last call, when that was up to <paramref name="after"/>. Throws <see cref="JobFailed"/> when commits between are missing.</summary>
    public async ValueTask<IReadOnlyList<JournalRecord>> Next(int index, long after)
    {
        var records = Decode(index, await log.FollowJournal());
        return records.Count == 0 || records[0].Sequence == after + 1
            ? records
            : throw new JobFailed($"the journal of slot {index} goes on with commit {records[0].Sequence} after commit {after}: commits between them are missing");
    }

    private async ValueTask Adopt(Standby warm, List<JournalRecord> records)
    {
        warm.Follow([.. records.Where(r => r.Sequence > warm.Sequence)]);
        foreach (var mark in records[^1].Processors) await RemoveUnnamed(mark.Id, mark, records[^1]);
        warm.Adopt();
    }

    /// <summary>Input of each of a slot's processors, later stages first.</summary>
    private Dictionary<ProcessorId, TopicPartition> Slices(int slot) => job.Stages.Reverse()
        .SelectMany(s => Partitions(s.Index, slot).Select(p => new ProcessorId(s.Index, p)))
        .ToDictionary(id => id, id => new TopicPartition(job.Stages[id.Stage].Input.Topic, id.Partition));

    private async ValueTask<IReadOnlyList<ProcessorRun>> Recover(
        Dictionary<ProcessorId, TopicPartition> slices, IReadOnlyDictionary<TopicPartition, OffsetRange> ranges, List<JournalRecord> records, OutputBuffer open, bool following)
    {
        var runs = new List<ProcessorRun>();
        foreach (var (id, slice) in slices) runs.Add(await Recover(id, slice, ranges[slice], records, open, following));
        return runs;
    }

    private IEnumerable<int> Partitions(int stage, int slot)
    {
        for (var p = slot; p < setup.InputPartitions[stage]; p += slots) yield return p;
    }

    /// <summary>
    /// Why the slot cannot be had. When the journal goes on behind what was read of it, somebody has opened the slot since, and has changed what did not fit: then this one is
    /// fenced, and there is nothing to alarm anybody about.
    /// </summary>
    private async ValueTask<Exception> Refusal(int index, List<JournalRecord> read, string alarm)
    {
        await log.JournalSettled();
        return Decode(index, await log.ReadJournal(tailOnly: true)).LastOrDefault()?.Sequence != read.LastOrDefault()?.Sequence
            ? new PartitionFenced($"slot {index} was taken over while it was being opened here")
            : new JobFailed(alarm);
    }

    private List<JournalRecord> Decode(int index, IReadOnlyList<byte[]> journal)
    {
        var records = new List<JournalRecord>();
        var others = 0;
        foreach (var bytes in journal)
        {
            if (!JournalCodec.TryDecode(bytes, out var record, out var reason))
                throw new JobFailed($"a record of {job.JournalTopic}[{index}] cannot be read: {reason}. Something else wrote to the topic, or it is damaged.");
            if (record!.Job == job.Name) records.Add(record);
            else others++;
        }
        if (others > 0) notice($"{others} records of another job in {job.JournalTopic}[{index}] are passed over: some job writes to the topic, which belongs to job '{job.Name}' alone");
        JournalChecks.Check(job, index, slots, records);
        return records;
    }

    private async ValueTask<ProcessorRun> Recover(ProcessorId id, TopicPartition slice, OffsetRange range, List<JournalRecord> records, OutputBuffer open, bool following)
    {
        var mark = records.LastOrDefault()?.Processors.FirstOrDefault(m => m.Id == id);
        if (mark is null && records.Count > 0)
            throw new JobFailed($"{slice} has come to topic '{slice.Topic}' since the job started. Keys move between partitions when a topic grows, and state does not follow: give the job a new name, or reset it, to begin anew.");
        if (mark is null)
        {
            // The first start: begin where the topic begins.
            var first = NewProcessor(id, open);
            first.Position = range.First;
            return new ProcessorRun(first, new ProcessorMark(id, range.First, range.First, long.MinValue, []), [], []);
        }
        var (processor, since) = await Load(id, mark, records, open);
        List<JournalEvent> events = [.. records.Where(r => r.Sequence > since).SelectMany(r => r.Events).Where(e => e.Id == id)];
        foreach (var loss in events.Where(e => e.Kind == JournalEventKind.LossAccepted && e.Offset <= processor.Position)) processor.Repeat(loss);
        var state = InputChecks.Of(processor.Position, processor.Tally, mark, range);
        var accepted = state == InputState.UnreadGone && job.AcceptedLosses.Contains(slice);
        if (state != InputState.Whole && !accepted)
        {
            processor.Dispose();
            throw await Refusal(records[0].Slot, records, InputChecks.Describe(state, id.Stage == 0, slice, processor.Position, mark, range));
        }
        // What is gone before it held no record.
        processor.Position = Math.Max(processor.Position, Math.Min(range.First, mark.Position));
        if (records[0].Sequence > since + 1)
        {
            processor.Dispose();
            throw await Refusal(
                records[0].Slot, records,
                $"commits {since + 1} to {records[0].Sequence - 1} are gone from {job.JournalTopic}[{records[0].Slot}], and processor {id} is to go on from commit {since}: "
                + "restore a newer snapshot of it, or reset the job.");
        }
        if (!following) await RemoveUnnamed(id, mark, records[^1]);
        // Snapshots that could not be used are named no longer, so that the one that could stays the fallback of the next.
        var snapshots = mark.Snapshots.SkipWhile(s => s.Sequence != since).ToList();
        var run = new ProcessorRun(processor, mark, events, snapshots, following);
        if (!accepted || following) return run;
        losses.Add((run, range.First));
        notice($"offsets {mark.Position} to {range.First - 1} of {slice} were removed before the job read them, and are passed over, as was accepted");
        return run;
    }

    /// <summary>
    /// A slot without a journal starts from nothing, and a snapshot of a second commit or a later one says that it once had one: its topic was deleted, or this is another cluster.
    /// </summary>
    private async ValueTask<string?> Kept(int index, IEnumerable<ProcessorId> processors)
    {
        foreach (var id in processors)
        {
            if (await FirstKept(id) is not { } name) continue;
            return $"the journal {job.JournalTopic}[{index}] is empty, and there are snapshots of the job ('{name}'): its journal was deleted or is in another cluster, or another job of this name uses the same storage. "
                + "Connect to the job's own cluster, or use another storage or data directory; to start the job over, reset it first.";
        }
        return null;
    }

    private async ValueTask<string?> FirstKept(ProcessorId id)
    {
        try
        {
            return (await blobs.List(SnapshotName.Prefix(job.Name, id))).FirstOrDefault(name => SnapshotName.TrySequence(name, out var sequence) && sequence > 1);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JobFailed($"the storage could not be looked through for snapshots of processor {id}: {failure.Message}. Start again when it answers.", failure);
        }
    }

    /// <summary>The newest snapshot that can be used, else empty state at the start.</summary>
    private async ValueTask<(PartitionProcessor Processor, long Since)> Load(ProcessorId id, ProcessorMark mark, List<JournalRecord> records, OutputBuffer open)
    {
        foreach (var snapshot in mark.Snapshots)
        {
            var processor = NewProcessor(id, open);
            try
            {
                await using var blob = await blobs.Open(snapshot.Name);
                if (blob is null) throw new SnapshotDamaged("is not there");
                var header = processor.Restore(blob, blob.Length);
                // The position alone would not tell an older one: state also moves without a record.
                if (header.Sequence != snapshot.Sequence || header.Position != snapshot.Position)
                    throw new SnapshotDamaged($"is of commit {header.Sequence} at offset {header.Position}, the journal says commit {snapshot.Sequence} at offset {snapshot.Position}");
                snapshotBytes += blob.Length;
                return (processor, snapshot.Sequence);
            }
            catch (SnapshotDamaged damaged)
            {
                processor.Dispose();
                notice($"snapshot '{snapshot.Name}' {damaged.Message}: passed over");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // It may be as good as new tomorrow: not to be passed over, and named no longer, for that.
                processor.Dispose();
                throw new JobFailed($"snapshot '{snapshot.Name}' could not be opened or read: {failure.Message}. Start again when its storage answers; if it never will, remove the snapshot to go on from the one before.", failure);
            }
        }
        // The state that a later generation began with is in no topic of it.
        if (mark.Snapshots.Count > 0 && job.Generation > 1)
        {
            throw new JobFailed(
                $"no snapshot of processor {id} can be used, and the job began from a savepoint, so its input does not hold all of its state: restore the job's snapshots, or start the job from a savepoint again.");
        }
        if (mark.Snapshots.Count > 0) notice($"no snapshot of processor {id} can be used: replaying {job.Stages[id.Stage].Input.Topic}[{id.Partition}] from offset {mark.Start}");
        var fresh = NewProcessor(id, open);
        fresh.Position = mark.Start;
        return (fresh, 0);
    }

    /// <summary>
    /// Removes snapshots that a process left behind when it ended before a journal record named them. None above the <paramref name="last"/> record: those may be
    /// a newer owner's, if this one stood still since it read the journal. And none of that record's owner: with a commit in doubt it may take the slot back, and then it
    /// names them.
    /// </summary>
    private async ValueTask RemoveUnnamed(ProcessorId id, ProcessorMark mark, JournalRecord last)
    {
        try
        {
            foreach (var name in await blobs.List(SnapshotName.Prefix(job.Name, id)))
            {
                if (!SnapshotName.TrySequence(name, out var sequence) || sequence > last.Sequence || SnapshotName.IsBy(name, last.Owner)) continue;
                if (mark.Snapshots.All(s => s.Name != name)) await blobs.Delete(name);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notice($"snapshots of processor {id} that nothing names could not be removed: {failure.Message}");
        }
    }

    private PartitionProcessor NewProcessor(ProcessorId id, OutputBuffer open) => new(job, job.Stages[id.Stage], id.Partition, setup, open);
}
