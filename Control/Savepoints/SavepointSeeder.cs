using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// Lets a job begin a new generation from a savepoint:
/// <code>
/// 1  close   every slot of the generation before is fenced, and its journal ends with a record that says so: who wakes up late reads it and stops
/// 2  seed    every slot of the new one gets, in one transaction, commit 1 of its journal: positions, snapshots, offsets, and the blocks that were on their way
/// 3  clear   the internal topics of the generation before hold nothing that anybody needs
/// </code>
/// Each part may be repeated: what is done is seen in the journals, so who is interrupted begins again. Owner: one call.
/// </summary>
internal sealed class SavepointSeeder(IJobEnvironment environment, Action<string> notice)
{
    /// <summary>Does all of it. Throws <see cref="JobFailed"/> in words when the savepoint does not fit.</summary>
    public async Task Begin(JobPlan before, JobPlan plan, int slots, SavepointManifest from, CancellationToken cancel)
    {
        await Close(before, cancel);
        var cluster = environment.Connect(plan);
        using var ownedCluster = cluster as IDisposable;
        var blobs = environment.OpenStorage(plan);
        using var ownedBlobs = blobs as IDisposable;
        CheckFits(cluster, plan, from);
        cluster.EnsureTopics(environment.TopicsOf(plan, from.Partitions[0], slots));
        var identities = await cluster.Identities([.. plan.Stages.Select(s => s.Input.Topic)], cancel);
        for (var slot = 0; slot < slots; slot++)
        {
            using var log = cluster.OpenSlotLog(slot, cancel);
            await log.Open();
            if (await JournalTail.Last(log, plan.Name, slot) is not null) continue;
            await Cycle(plan, log, cancel).Run(await Seed(plan, slot, slots, from, blobs, identities));
        }
        await Clear(before, from.Partitions[0], cancel);
    }

    private static void CheckFits(IJobCluster cluster, JobPlan plan, SavepointManifest from)
    {
        var source = plan.Stages[0].Input.Topic;
        var partitions = cluster.PartitionCount(source) ?? throw new JobFailed($"the source topic '{source}' does not exist");
        if (partitions != from.Partitions[0])
            throw new JobFailed($"topic '{source}' had {from.Partitions[0]} partitions when savepoint '{from.Id}' was taken and has {partitions} now: keys have moved between partitions, and state does not follow");
        if (plan.Stages.Count != from.Partitions.Count) throw new JobFailed($"savepoint '{from.Id}' is of a job with {from.Partitions.Count} stages, and this spec has {plan.Stages.Count}");
    }

    private async Task Close(JobPlan before, CancellationToken cancel)
    {
        var cluster = environment.Connect(before);
        using var owned = cluster as IDisposable;
        var slots = cluster.PartitionCount(before.JournalTopic) ?? 0;
        for (var slot = 0; slot < slots; slot++)
        {
            using var log = cluster.OpenSlotLog(slot, cancel);
            await log.Open();
            var last = await JournalTail.Last(log, before.Name, slot);
            if (last is { Closed: true }) continue;
            var record = new JournalRecord(before.Name, (last?.Sequence ?? 0) + 1, Guid.NewGuid(), last?.Fingerprint ?? before.Fingerprint, slot, slots, Closed: true, last?.Processors ?? [], [])
            {
                Cluster = last?.Cluster ?? "",
            };
            var offsets = record.Processors.ToDictionary(m => new TopicPartition(before.Stages[m.Id.Stage].Input.Topic, m.Id.Partition), m => m.Position);
            await Cycle(before, log, cancel).Run(new FrozenInterval(record, JournalCodec.Encode(record), new OutputBuffer(), offsets, []));
        }
    }

    private static async Task<FrozenInterval> Seed(JobPlan plan, int slot, int slots, SavepointManifest from, IBlobStore blobs, TopicIdentities identities)
    {
        var owner = Guid.NewGuid();
        var outputs = new OutputBuffer();
        var marks = new List<ProcessorMark>();
        var events = new List<JournalEvent>();
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var saved in from.Processors.Where(p => p.Partition % slots == slot))
        {
            // Internal topics of a generation are new: their offsets begin at 0, with the blocks that waited.
            var source = saved.Stage == 0;
            var position = source ? saved.Position : 0;
            var slice = new TopicPartition(plan.Stages[saved.Stage].Input.Topic, saved.Partition);
            IReadOnlyList<NamedSnapshot> snapshots = saved.State is null ? [] : [new NamedSnapshot(0, position, await Copy(saved.State, SnapshotName.Of(plan.Name, saved.Id, 0, owner), position, blobs))];
            marks.Add(new ProcessorMark(saved.Id, source ? saved.Start : 0, position, saved.Watermark, snapshots) { Tally = saved.Tally, Counts = saved.Counts, Topic = identities.Of(slice.Topic) });
            events.AddRange(saved.Events.Select(e => new JournalEvent(saved.Id, position, e.Kind, e.Watermark)));
            offsets[slice] = position;
            if (saved.Waiting is null) continue;
            await using var waiting = await blobs.Open(saved.Waiting) ?? throw new JobFailed($"'{saved.Waiting}' of savepoint '{from.Id}' is not there");
            WaitingBlocks.Read(waiting, saved.Waiting, outputs, slice);
        }
        var record = new JournalRecord(plan.Name, 1, owner, plan.Fingerprint, slot, slots, Closed: false, marks, events) { Cluster = identities.Cluster };
        return new FrozenInterval(record, JournalCodec.Encode(record), outputs, offsets, []);
    }

    /// <summary>The savepoint keeps its own copy: the job removes snapshots that newer ones have taken the place of.</summary>
    private static async Task<string> Copy(string from, string to, long position, IBlobStore blobs)
    {
        await using var saved = await blobs.Open(from) ?? throw new JobFailed($"'{from}' of the savepoint is not there");
        try
        {
            await blobs.Write(to, stream => SnapshotFile.Copy(saved, saved.Length, 0, position, stream));
        }
        catch (SnapshotDamaged damaged)
        {
            throw new JobFailed($"'{from}' of the savepoint {damaged.Message}", damaged);
        }
        return to;
    }

    private async Task Clear(JobPlan before, int partitions, CancellationToken cancel)
    {
        var cluster = environment.Connect(before);
        using var owned = cluster as IDisposable;
        var slices = before.Stages.Where(s => s.Input is ExchangeInput).SelectMany(s => Enumerable.Range(0, partitions).Select(p => new TopicPartition(s.Input.Topic, p))).ToList();
        if (slices.Count == 0) return;
        try
        {
            await cluster.Trim(await cluster.WrittenEnds(slices, cancel), cancel);
        }
        catch (IOException failure)
        {
            // Nothing reads them any more; what stays takes space only.
            notice($"what is left in the internal topics of generation {before.Generation} could not be removed: {failure.Message}");
        }
    }

    private CommitCycle Cycle(JobPlan job, ISlotLog log, CancellationToken cancel) => new(job, log, attempt => new ValueTask(Task.Delay(CommitPolicy.RetryDelay(attempt), cancel)), notice);
}
