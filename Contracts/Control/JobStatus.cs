namespace StreamGrains.Contracts.Control;

/// <summary>How a job is doing as a whole.</summary>
public enum JobPhase
{
    /// <summary>Some slots are not open yet, or still replay what is committed, and none has failed.</summary>
    Starting,

    /// <summary>Every slot takes records.</summary>
    Running,

    /// <summary>A slot commits nothing although it should, or cannot be opened, and none has failed; it is tried on.</summary>
    Stalled,

    /// <summary>A slot has failed and is tried again; the others go on.</summary>
    Failing,

    /// <summary>Slots commit what they have and leave.</summary>
    Stopping,

    /// <summary>Nothing runs, as asked.</summary>
    Stopped,
}

/// <summary>A job in a list.</summary>
/// <param name="Job">Its name.</param>
/// <param name="Phase">How it is doing.</param>
/// <param name="Revision">Number of its spec, from 1.</param>
/// <param name="Slots">Slots that it has.</param>
/// <param name="Running">Slots that take records.</param>
/// <param name="Problem">What is wrong, when something is.</param>
public sealed record JobSummary(string Job, JobPhase Phase, int Revision, int Slots, int Running, string? Problem);

/// <summary>Everything about a job at one moment.</summary>
public sealed record JobStatus
{
    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>How it is doing.</summary>
    public required JobPhase Phase { get; init; }

    /// <summary>Number of its spec, from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>Hash of spec, overrides and models.</summary>
    public required string SpecHash { get; init; }

    /// <summary>When this revision was handed in.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>The latest of its failures that still matters; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>Sums over all partitions.</summary>
    public required JobTotals Totals { get; init; }

    /// <summary>Each slot, in order.</summary>
    public required IReadOnlyList<SlotStatus> Slots { get; init; }

    /// <summary>Each partition of each stage, in order. Those of slots that are not open are absent.</summary>
    public required IReadOnlyList<PartitionStatus> Partitions { get; init; }
}

/// <summary>Sums over a job's partitions. Counts are of what is committed since the job first started, whoever ran it: they do not fall when a slot moves.</summary>
/// <param name="RowsIn">Source records taken.</param>
/// <param name="RowsOut">Records written to sinks.</param>
/// <param name="InPerSecond">Source records taken a second, over the last seconds.</param>
/// <param name="OutPerSecond">Records written a second, over the last seconds.</param>
/// <param name="Lag">Source records that are there and not taken yet; null when that is not known.</param>
/// <param name="Watermark">The smallest watermark of the last stage; null before the first event.</param>
/// <param name="Late">Rows behind the watermark, of the stage that has most of them.</param>
/// <param name="DeadLetters">Inputs that could not be used.</param>
/// <param name="Keys">Keys with state.</param>
/// <param name="StateBytes">Bytes of state.</param>
public sealed record JobTotals(
    long RowsIn, long RowsOut, double InPerSecond, double OutPerSecond, long? Lag, DateTimeOffset? Watermark, long Late, long DeadLetters, long Keys, long StateBytes);

/// <summary>Where a slot is.</summary>
public enum SlotPhase
{
    /// <summary>Nobody runs it at the moment: its owner is gone, or has not been found yet.</summary>
    Unowned,

    /// <summary>Being taken over and recovered.</summary>
    Opening,

    /// <summary>Repeats input that is committed already, to have its state again.</summary>
    Replaying,

    /// <summary>Takes records.</summary>
    Running,

    /// <summary>Commits nothing although it should, or cannot be opened: <see cref="SlotStatus.Stalled"/> says why and since when. It is tried on.</summary>
    Stalled,

    /// <summary>Commits what it has and leaves.</summary>
    Leaving,

    /// <summary>Failed; it is tried again after a pause.</summary>
    Failed,

    /// <summary>Not running, as asked.</summary>
    Stopped,
}

/// <summary>One slot of a job.</summary>
/// <param name="Slot">Its number, from 0.</param>
/// <param name="Phase">Where it is.</param>
/// <param name="Owner">The process that runs it; null when none does.</param>
/// <param name="Commits">Number of its last commit that landed.</param>
/// <param name="LastCommit">When that was; null before the first of this owner.</param>
/// <param name="LastFailure">Why it failed last; null when it has not since its owner took it.</param>
public sealed record SlotStatus(int Slot, SlotPhase Phase, string? Owner, long Commits, DateTimeOffset? LastCommit, SlotFailure? LastFailure)
{
    /// <summary>The warm copy of its state; null when there is none, or not yet.</summary>
    public StandbyStatus? Standby { get; init; }

    /// <summary>When its last snapshot became durable; null before the first of this owner.</summary>
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>Since when its owner has state that no durable snapshot covers; null while there is none.</summary>
    public DateTimeOffset? UncoveredSince { get; init; }

    /// <summary>Why it commits nothing, or cannot be opened, and since when; null while it gets on.</summary>
    public SlotDelay? Stalled { get; init; }

    /// <summary>Why it has no snapshot although one is due for three times the time between two, and since when there is state without one; null while that is not so.</summary>
    public SlotDelay? SnapshotOverdue { get; init; }
}

/// <summary>A warm copy of a slot's state.</summary>
/// <param name="Owner">The process that keeps it.</param>
/// <param name="Commits">Number of the last commit that it knows of.</param>
/// <param name="Behind">Records between it and that commit.</param>
public sealed record StandbyStatus(string Owner, long Commits, long Behind);

/// <summary>Something of a slot that does not get on and is tried on.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why, as far as that is known.</param>
public sealed record SlotDelay(DateTimeOffset Since, string Reason);

/// <summary>Records that nobody is given yet who reads committed records only, because a transaction before them is open.</summary>
/// <param name="Offsets">Offsets from the beginning of that transaction to the end of the partition; markers among them count.</param>
/// <param name="Since">Since when this one was seen to be open.</param>
public sealed record HeldBack(long Offsets, DateTimeOffset Since);

/// <summary>A failure of a slot.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">What follows from it.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="RetryAt">When it is tried again.</param>
public sealed record SlotFailure(DateTimeOffset At, FailureKind Kind, string Message, DateTimeOffset RetryAt);

/// <summary>What follows from a failure.</summary>
public enum FailureKind
{
    /// <summary>Somebody newer runs the slot; this owner writes nothing more.</summary>
    Fenced,

    /// <summary>The message says what a person must do; until then trying again ends the same way.</summary>
    JobFailed,

    /// <summary>Not foreseen: a bug. What is committed is not harmed.</summary>
    Unexpected,
}

/// <summary>One partition of one stage.</summary>
public sealed record PartitionStatus
{
    /// <summary>Number of the stage, from 0.</summary>
    public required int Stage { get; init; }

    /// <summary>Name of the stage.</summary>
    public required string StageName { get; init; }

    /// <summary>Topic that it reads.</summary>
    public required string Topic { get; init; }

    /// <summary>Partition of the topic.</summary>
    public required int Partition { get; init; }

    /// <summary>Slot that it belongs to.</summary>
    public required int Slot { get; init; }

    /// <summary>Offset of the next record to take.</summary>
    public required long Position { get; init; }

    /// <summary>Records that are there and not taken yet; null when that is not known. What an open transaction upstream keeps back is not among them.</summary>
    public long? Lag { get; init; }

    /// <summary>What an open transaction of whoever writes the topic keeps from readers; null when there is none, or that is not known.</summary>
    public HeldBack? HeldBack { get; init; }

    /// <summary>Its watermark; null before the first event.</summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>Whether it still repeats what is committed.</summary>
    public bool Replaying { get; init; }

    /// <summary>Whether no records come and it follows the others' watermark.</summary>
    public bool Idle { get; init; }

    /// <summary>Records taken, or rows of blocks, that are committed since the job first started.</summary>
    public long RowsIn { get; init; }

    /// <summary>Records written to sinks.</summary>
    public long RowsOut { get; init; }

    /// <summary>Rows taken a second, over the last seconds.</summary>
    public double InPerSecond { get; init; }

    /// <summary>Records written to sinks a second, over the last seconds.</summary>
    public double OutPerSecond { get; init; }

    /// <summary>Rows behind the watermark.</summary>
    public long Late { get; init; }

    /// <summary>Inputs that could not be used.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Rows scored.</summary>
    public long Scored { get; init; }

    /// <summary>Keys with state.</summary>
    public long Keys { get; init; }

    /// <summary>Bytes of state.</summary>
    public long StateBytes { get; init; }
}
