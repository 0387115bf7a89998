using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Journal;

/// <summary>
/// What one commit of one slot says about itself: enough to recover, to settle whether a commit landed, and to repeat what no record carries.
/// </summary>
/// <param name="Job">Name of the job that wrote it: a record of another job is passed over.</param>
/// <param name="Sequence">Number of the commit, from 1, without gaps.</param>
/// <param name="Owner">Random id of the activation that wrote it: tells a commit of ours from one of somebody who took over.</param>
/// <param name="Fingerprint">The job's state fingerprint.</param>
/// <param name="Slot">Which slot.</param>
/// <param name="Slots">of how many.</param>
/// <param name="Closed">The slot goes on under another journal; whoever reads this stops.</param>
/// <param name="Processors">Where each processor of the slot stands after this commit.</param>
/// <param name="Events">What happened in this interval without a record.</param>
public sealed record JournalRecord(
    string Job, long Sequence, Guid Owner, UInt128 Fingerprint, int Slot, int Slots, bool Closed,
    IReadOnlyList<ProcessorMark> Processors, IReadOnlyList<JournalEvent> Events)
{
    /// <summary>Id of the cluster that it was written in; empty when that gave none.</summary>
    public string Cluster { get; init; } = "";
}

/// <summary>Where a processor stands after a commit.</summary>
/// <param name="Id">Which processor.</param>
/// <param name="Start">Offset at which the job first started on this partition.</param>
/// <param name="Position">Offset of the next record.</param>
/// <param name="Watermark">Its watermark, for people and tools.</param>
/// <param name="Snapshots">Durable snapshots, newest first; at most two.</param>
public sealed record ProcessorMark(ProcessorId Id, long Start, long Position, long Watermark, IReadOnlyList<NamedSnapshot> Snapshots)
{
    /// <summary>Every record that it had taken by then; what a replay up to <see cref="Position"/> must come to.</summary>
    public InputTally Tally { get; init; }

    /// <summary>What had happened by then, since the job first started.</summary>
    public ProcessorCounts Counts { get; init; }

    /// <summary>Id of the topic that it read; empty when the broker gave none.</summary>
    public Guid Topic { get; init; }
}

/// <summary>A durable snapshot.</summary>
/// <param name="Sequence">State after this commit.</param>
/// <param name="Position">Offset of the next record in that state.</param>
/// <param name="Name">Name of the blob.</param>
public sealed record NamedSnapshot(long Sequence, long Position, string Name);

/// <summary>Something that happened to a processor without a record. Replay repeats it before the record at <paramref name="Offset"/>.</summary>
/// <param name="Id">Which processor.</param>
/// <param name="Offset">Position of the processor when it happened.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Watermark">New watermark, for an idle advance.</param>
public readonly record struct JournalEvent(ProcessorId Id, long Offset, JournalEventKind Kind, long Watermark);

/// <summary>Kinds of <see cref="JournalEvent"/>; the numbers are the format's.</summary>
public enum JournalEventKind : byte
{
    /// <summary>An idle source partition's watermark followed the others'.</summary>
    IdleAdvance = 1,

    /// <summary>The input ended for now: what waited for more of it came out.</summary>
    Drain = 2,

    /// <summary>Offsets that were gone before they were read are passed over, as a person has accepted; the watermark is the offset to go on from.</summary>
    LossAccepted = 3,
}
