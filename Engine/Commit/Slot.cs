using System.Diagnostics;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// The unit of ownership and of the transaction: the processors of partitions p with p mod n = s, in every stage, and the interval they are
/// filling. While one interval is being committed the next is filled; a third is never begun.
/// <code>
/// Prepare  Freeze: exchange blocks flushed, outputs and positions fixed, journal record written
/// Commit   the committer sends the frozen interval until it has landed (CommitCycle)
/// Finish   the buffer is free again. There is no path from a failed commit to Finish.
/// </code>
/// Owner: one lane, on its thread.
/// </summary>
public sealed class Slot : IDisposable
{
    private readonly JobPlan job;
    private readonly Guid owner;
    private readonly int slots;
    private readonly TopicIdentities identities;
    private readonly List<JournalEvent> events = [];
    private OutputBuffer open;
    private OutputBuffer? spare = new();
    private FrozenInterval? committing;
    private long sequence;
    private bool dirty;

    internal Slot(JobPlan job, int index, SlotActivation activation, long lastSequence, OutputBuffer open, IReadOnlyList<ProcessorRun> runs)
    {
        this.job = job;
        (slots, owner, identities) = (activation.Slots, activation.Owner, activation.Identities);
        this.open = open;
        sequence = Landed = lastSequence;
        Index = index;
        Runs = runs;
    }

    /// <summary>Which slot.</summary>
    public int Index { get; }

    /// <summary>Its processors, later stages first: what is further on its way goes first.</summary>
    public IReadOnlyList<ProcessorRun> Runs { get; }

    /// <summary>What recovery had to do; null when the job started for the first time.</summary>
    public RecoveryWork? Recovered { get; internal init; }

    /// <summary>Records taken since the last freeze.</summary>
    public int OpenRecords { get; private set; }

    /// <summary>Records taken since the last snapshot began.</summary>
    public long RecordsSinceSnapshot { get; private set; }

    /// <summary>Whether a recovery would have offsets to repeat: a snapshot that could not be written leaves it so.</summary>
    public bool AheadOfSnapshot => Runs.Any(r => r.AheadOfSnapshot);

    /// <summary>Whether an interval is on its way.</summary>
    public bool Committing => committing is not null;

    /// <summary>Whether the open interval holds anything to commit.</summary>
    public bool Dirty => dirty;

    /// <summary>Number of the last commit that was begun.</summary>
    public long Sequence => sequence;

    /// <summary>Number of the last commit that is known to have landed.</summary>
    public long Landed { get; private set; }

    /// <summary>Number of the commit that carries everything done so far.</summary>
    public long Covering => dirty ? sequence + 1 : sequence;

    /// <summary>Bytes of output in the open interval.</summary>
    public long OpenBytes => open.Bytes.Length;

    /// <summary>Bytes of memory that its outputs have: of the open interval, of the one on its way, or of the buffer that waits for the next.</summary>
    public long OutputBytes => open.Bytes.Capacity + (long)(committing?.Outputs ?? spare)!.Bytes.Capacity;

    /// <summary>Gives back what an empty output buffer has above <paramref name="keep"/> bytes.</summary>
    public void ReleaseOutputs(int keep)
    {
        open.Bytes.Release(keep);
        spare?.Bytes.Release(keep);
    }

    /// <summary>Counts what a step of one of the runs took while live.</summary>
    public void Took(int records)
    {
        OpenRecords += records;
        RecordsSinceSnapshot += records;
        dirty |= records > 0;
    }

    /// <summary>
    /// The next commit is wanted although it may hold nothing new: it writes the group's offsets again, which expire where nobody does, or tells others of a position that stepped over
    /// offsets without records.
    /// </summary>
    public void Refresh() => dirty = true;

    /// <summary>An idle source partition follows <paramref name="watermark"/>.</summary>
    public void AdvanceIdle(ProcessorRun run, long watermark)
    {
        Debug.Assert(!run.Replaying && run.Processor.Id.Stage == 0);
        if (watermark <= run.Processor.Watermark) return;
        events.Add(new JournalEvent(run.Processor.Id, run.Processor.Position, JournalEventKind.IdleAdvance, watermark));
        run.Processor.AdvanceIdle(watermark);
        dirty = true;
    }

    /// <summary>Offsets from the run's position up to <paramref name="to"/> are gone and were never read: they are passed over, because a person has accepted that.</summary>
    internal void AcceptLoss(ProcessorRun run, long to)
    {
        Debug.Assert(!run.Replaying);
        var loss = new JournalEvent(run.Processor.Id, run.Processor.Position, JournalEventKind.LossAccepted, to);
        events.Add(loss);
        run.Processor.Repeat(loss);
        dirty = true;
    }

    /// <summary>The run's input has ended for now: nothing more comes before what it will hold in another run of the job.</summary>
    public void Drain(ProcessorRun run)
    {
        Debug.Assert(!run.Replaying);
        events.Add(new JournalEvent(run.Processor.Id, run.Processor.Position, JournalEventKind.Drain, run.Processor.Watermark));
        run.Processor.Drain();
        dirty = true;
    }

    /// <summary>
    /// Prepare: closes the open interval under the next sequence number. With <paramref name="snapshot"/> the state goes with it, which no run
    /// that still replays can give.
    /// </summary>
    public FrozenInterval Freeze(bool snapshot)
    {
        Debug.Assert(!Committing && spare is not null, "one interval at a time is on its way");
        Debug.Assert(!snapshot || !Runs.Any(r => r.Replaying), "state in replay is older than the commit");
        foreach (var run in Runs) run.Processor.Flush();
        sequence++;
        var record = new JournalRecord(job.Name, sequence, owner, job.Fingerprint, Index, slots, false, [.. Runs.Select(Mark)], [.. events]) { Cluster = identities.Cluster };
        var offsets = Runs.ToDictionary(r => new TopicPartition(r.Processor.Topic, r.Processor.Id.Partition), r => r.Position);
        ProcessorImage[] images = snapshot ? [.. Runs.Select(r => r.Processor.Share(sequence))] : [];
        committing = new FrozenInterval(record, JournalCodec.Encode(record), open, offsets, images);
        SetOpen(spare!);
        spare = null;
        events.Clear();
        OpenRecords = 0;
        if (snapshot) RecordsSinceSnapshot = 0;
        dirty = false;
        return committing;
    }

    /// <summary>Finish: the interval on its way has landed.</summary>
    public void Finish()
    {
        Debug.Assert(committing is not null);
        Landed = committing!.Sequence;
        foreach (var (run, mark) in Runs.Zip(committing.Journal.Processors)) run.Landed(mark);
        spare = committing.Outputs;
        Runs[^1].Processor.Counters.DeadLetters += spare.Refused;
        spare.Clear();
        committing = null;
    }

    /// <summary>A snapshot of one of the processors became durable.</summary>
    public void SnapshotDurable(SnapshotHeader header, string name)
    {
        Runs.First(r => r.Processor.Id == header.Processor).AddSnapshot(new NamedSnapshot(header.Sequence, header.Position, name));
        dirty = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var run in Runs) run.Processor.Dispose();
    }

    private void SetOpen(OutputBuffer buffer)
    {
        open = buffer;
        foreach (var run in Runs) run.Processor.SetOutput(buffer);
    }

    private ProcessorMark Mark(ProcessorRun run) => new(run.Processor.Id, run.Start, run.Position, run.Processor.Watermark, run.Snapshots)
    {
        Tally = run.Tally,
        Counts = run.Counts,
        Topic = identities.Of(run.Processor.Topic),
    };
}

/// <summary>One owner's time with a slot.</summary>
/// <param name="Slots">Number of slots of the job.</param>
/// <param name="Owner">Id of the activation.</param>
/// <param name="Identities">What the cluster and the topics that the slot reads were when it began.</param>
public sealed record SlotActivation(int Slots, Guid Owner, TopicIdentities Identities);
