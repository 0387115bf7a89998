using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// Takes a savepoint of a job whose slots have all left cleanly: the journals then say where every processor stands, and their newest snapshots hold the state there. What was on its way
/// in internal topics is copied as well, so a savepoint needs nothing else to start from. Owner: one call.
/// </summary>
internal sealed class SavepointWriter(IJobEnvironment environment, JobPlan plan)
{
    /// <summary>
    /// Takes it. Throws <see cref="JobFailed"/> in words when the job is not at rest, or a snapshot that is needed is missing; then nothing is left of it.
    /// </summary>
    public async Task<Savepoint> Take(string id, int revision, JobSubmission submission, DateTimeOffset at, CancellationToken cancel)
    {
        var cluster = environment.Connect(plan);
        using var ownedCluster = cluster as IDisposable;
        var blobs = environment.OpenStorage(plan);
        using var ownedBlobs = blobs as IDisposable;
        var store = new SavepointStore(blobs, plan.Name);
        try
        {
            var processors = new List<SavedProcessor>();
            var slots = Partitions(cluster, plan.JournalTopic);
            var partitions = plan.Stages.Select(s => Partitions(cluster, s.Input.Topic)).ToList();
            for (var slot = 0; slot < slots; slot++)
            {
                using var log = cluster.OpenSlotLog(slot, cancel);
                var journal = await log.ReadJournal(tailOnly: false);
                var standing = journal.Count == 0 ? Unbegun(slot, slots, partitions, cluster) : Standing(slot, journal);
                foreach (var (mark, events) in standing) processors.Add(await Save(mark, events, id, store, cluster, blobs, cancel));
            }
            if (processors.Count != partitions.Sum()) throw new JobFailed($"the journal of job '{plan.Name}' tells of {processors.Count} processors, and its topics have {partitions.Sum()} partitions");
            var manifest = new SavepointManifest(
                SavepointManifest.CurrentVersion, plan.Name, id, at, revision, submission, plan.Fingerprint.ToString("x32", CultureInfo.InvariantCulture), partitions, processors);
            await store.Seal(manifest);
            return manifest.Describe();
        }
        catch
        {
            await store.Remove(id);
            throw;
        }
    }

    private static int Partitions(IJobCluster cluster, string topic) => cluster.PartitionCount(topic) ?? throw new JobFailed($"topic '{topic}' does not exist");

    /// <summary>A slot that has committed nothing: its processors begin where their topics begin, as at a first start.</summary>
    private IEnumerable<(ProcessorMark Mark, IReadOnlyList<SavedEvent> Events)> Unbegun(int slot, int slots, List<int> partitions, IJobCluster cluster)
    {
        foreach (var stage in plan.Stages)
            for (var partition = slot; partition < partitions[stage.Index]; partition += slots)
            {
                var slice = new TopicPartition(stage.Input.Topic, partition);
                var first = cluster.Ranges([slice])[slice].First;
                yield return (new ProcessorMark(new ProcessorId(stage.Index, partition), first, first, long.MinValue, []), []);
            }
    }

    /// <summary>Each processor of a slot, and what happened to it since its newest snapshot without a record.</summary>
    private IEnumerable<(ProcessorMark Mark, IReadOnlyList<SavedEvent> Events)> Standing(int slot, IReadOnlyList<byte[]> journal)
    {
        var records = new List<JournalRecord>();
        foreach (var bytes in journal)
        {
            if (!JournalCodec.TryDecode(bytes, out var record, out var reason)) throw new JobFailed($"a record of the journal of slot {slot} cannot be read: {reason}");
            if (record!.Job == plan.Name) records.Add(record);
        }
        if (records[^1].Closed) throw new JobFailed($"the journal of slot {slot} is closed: the job goes on under another one");
        foreach (var mark in records[^1].Processors)
        {
            var since = mark.Snapshots.Count == 0 ? 0 : mark.Snapshots[0].Sequence;
            var at = mark.Snapshots.Count == 0 ? mark.Start : mark.Snapshots[0].Position;
            if (at != mark.Position)
                throw new JobFailed(
                    $"processor {mark.Id} took records behind its last snapshot: the job did not stop cleanly (its storage did not take the last snapshot in time, say). Start it and try again");
            yield return (mark, [.. records.Where(r => r.Sequence > since).SelectMany(r => r.Events).Where(e => e.Id == mark.Id).Select(e => new SavedEvent(e.Kind, e.Watermark))]);
        }
    }

    private async Task<SavedProcessor> Save(
        ProcessorMark mark, IReadOnlyList<SavedEvent> events, string id, SavepointStore store, IJobCluster cluster, IBlobStore blobs, CancellationToken cancel)
    {
        string? state = null, waiting = null;
        long bytes = 0;
        if (mark.Snapshots.Count > 0)
        {
            await using var snapshot = await blobs.Open(mark.Snapshots[0].Name) ?? throw new JobFailed($"snapshot '{mark.Snapshots[0].Name}' is not there");
            bytes = snapshot.Length;
            await blobs.Write(state = store.StateName(id, mark.Id), to => CopyOf(snapshot, mark, to));
        }
        if (mark.Id.Stage > 0)
        {
            var slice = new TopicPartition(plan.Stages[mark.Id.Stage].Input.Topic, mark.Id.Partition);
            var blocks = WaitingBlocks.Fetch(cluster, slice, mark.Position, (await cluster.WrittenEnds([slice], cancel))[slice], cancel);
            if (blocks.Remaining > 0) await blobs.Write(waiting = store.WaitingName(id, mark.Id), to => WaitingBlocks.Write(blocks, to));
        }
        return new SavedProcessor(mark.Id.Stage, mark.Id.Partition, mark.Start, mark.Position, mark.Watermark, state, bytes, waiting, events, mark.Tally, mark.Counts);
    }

    /// <summary>The state as a start from a savepoint wants it: before commit 1; of a source at its offset, of a later stage before the first of the blocks that wait.</summary>
    private static void CopyOf(Stream snapshot, ProcessorMark mark, Stream to)
    {
        try
        {
            SnapshotFile.Copy(snapshot, snapshot.Length, sequence: 0, mark.Id.Stage == 0 ? mark.Position : 0, to);
        }
        catch (SnapshotDamaged damaged)
        {
            throw new JobFailed($"snapshot '{mark.Snapshots[0].Name}' {damaged.Message}", damaged);
        }
    }
}
