using System.Diagnostics;
using System.Globalization;
using StreamGrains.Control.Records;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// Makes of a savepoint of one spec a savepoint of another: what <see cref="StateCarryOver"/> says carries over has its place there, everything else is empty. The first savepoint stays what it is,
/// the way back. Owner: one call.
/// </summary>
internal sealed class SavepointUpgrade(IBlobStore blobs, JobPlan before, JobPlan after)
{
    private readonly SavepointStore store = new(blobs, after.Name);
    private readonly StateCarryOver carry = StateCarryOver.Of(before, after);

    /// <summary>Writes it. Throws <see cref="JobFailed"/> in words when rows that are under way do not fit the new spec; then nothing is left of it.</summary>
    public async Task<SavepointManifest> Write(SavepointManifest original, string id, JobRecord next, CancellationToken cancel)
    {
        try
        {
            var processors = new List<SavedProcessor>();
            foreach (var saved in original.Processors)
            {
                cancel.ThrowIfCancellationRequested();
                processors.Add(await WithState(await WithBlocks(saved, id), id, original.Partitions));
            }
            var manifest = original with
            {
                Id = id,
                Revision = next.Revision,
                Submission = next.Submission,
                Fingerprint = after.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
                Processors = processors,
            };
            await store.Seal(manifest);
            return manifest;
        }
        catch
        {
            await store.Remove(id);
            throw;
        }
    }

    private async Task<SavedProcessor> WithState(SavedProcessor saved, string id, IReadOnlyList<int> partitions)
    {
        if (saved.State is null) return saved;
        using var old = Processor(before, saved.Id, partitions);
        using var next = Processor(after, saved.Id, partitions);
        await Restore(old, saved);
        var image = next.TakeOver(old, carry.Carried);
        var (name, length) = (store.StateName(id, saved.Id), 0L);
        await blobs.Write(name, stream => length = image.WriteTo(stream));
        return saved with { State = name, StateBytes = length, Events = [] };
    }

    /// <summary>The state as of the savepoint, what happened since the snapshot without a record included: the new spec's steps are not to see it.</summary>
    private async Task Restore(PartitionProcessor processor, SavedProcessor saved)
    {
        await using var state = await blobs.Open(saved.State!) ?? throw new JobFailed($"'{saved.State}' of the savepoint is not there");
        try
        {
            processor.Restore(state, state.Length);
        }
        catch (SnapshotDamaged damaged)
        {
            throw new JobFailed($"'{saved.State}' of the savepoint {damaged.Message}", damaged);
        }
        processor.Emitting = false;
        foreach (var happened in saved.Events) processor.Repeat(new JournalEvent(saved.Id, processor.Position, happened.Kind, happened.Watermark));
    }

    private async Task<SavedProcessor> WithBlocks(SavedProcessor saved, string id)
    {
        if (saved.Waiting is null) return saved;
        var blocks = new OutputBuffer();
        await using (var stream = await blobs.Open(saved.Waiting) ?? throw new JobFailed($"'{saved.Waiting}' of the savepoint is not there"))
            WaitingBlocks.Read(stream, saved.Waiting, blocks, new TopicPartition(before.Stages[saved.Stage].Input.Topic, saved.Partition));
        var converted = WaitingBlocks.Convert(blocks, Crossing(before.Stages[saved.Stage]), Crossing(after.Stages[saved.Stage]));
        var name = store.WaitingName(id, saved.Id);
        await blobs.Write(name, to => WaitingBlocks.Write(converted, to));
        return saved with { Waiting = name };
    }

    private static List<ColumnDef> Crossing(StagePlan stage) => [.. ((ExchangeInput)stage.Input).Columns.Select(c => stage.Layout.Columns[c])];

    /// <summary>A processor without its models: state never depends on those of its own stage.</summary>
    private static PartitionProcessor Processor(JobPlan plan, ProcessorId id, IReadOnlyList<int> partitions)
    {
        var stage = plan.Stages[id.Stage];
        var setup = new ProcessorSetup(partitions, (_, _, _) => throw new UnreachableException("a step of no model"));
        return new PartitionProcessor(plan, stage with { Steps = [.. stage.Steps.Where(s => s.Model is null)] }, id.Partition, setup, new OutputBuffer());
    }
}
