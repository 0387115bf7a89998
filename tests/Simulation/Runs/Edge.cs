namespace StreamGrains.Simulation.Runs;

/// <summary>
/// The edges of the slot's and the commit's state machines and the catches of commit, recovery and lanes: each must be reached in the fixed thousand runs, and a test holds
/// this list against the product's sources.
/// </summary>
internal enum Edge
{
    SlotOpeningToRunning,
    SlotOpeningToLeaving,
    SlotOpeningFailed,
    SlotRunningToLeaving,
    SlotRunningFailed,
    SlotLeavingToClosing,
    SlotLeavingFailed,
    SlotClosingToGone,
    CommitLanded,
    CommitAbortedAndSentAgain,
    CommitUnknownAndFoundLanded,
    CommitUnknownAndSentAgain,
    CommitUnknownAndTakenOver,

    /// <summary>A commit is in doubt, and the journal cannot be looked at before the slot is taken back.</summary>
    [Catch("Engine/Commit/CommitCycle.cs", 1)]
    CommitUnknownAndJournalAway,
    CommitFenced,

    /// <summary>A result that its topic never takes becomes a dead letter.</summary>
    RecordRefusedAndReplaced,
    CommitRefused,
    CommitGivenUp,

    /// <summary>No snapshot can be used, and all input is there.</summary>
    RecoveredFromTheBeginning,
    SnapshotNotThere,
    SnapshotOfAnotherPosition,

    /// <summary>Refusal: at a first start the storage does not say whether it holds snapshots.</summary>
    [Catch("Engine/Commit/SlotRecovery.cs", 1)]
    StorageNotLookedThrough,

    /// <summary>Records of another job in the journal are passed over.</summary>
    OthersInJournal,

    /// <summary>Refusal: the source is another topic of the same name.</summary>
    TopicMadeAgain,

    /// <summary>Refusal: a replay came to other records than before.</summary>
    AnotherInput,

    /// <summary>Refusal: the journal is gone, and snapshots are there.</summary>
    JournalEmpty,

    /// <summary>A snapshot is passed over.</summary>
    [Catch("Engine/Commit/SlotRecovery.cs", 2)]
    SnapshotBadChecksum,

    /// <summary>Refusal: the storage does not give a snapshot.</summary>
    [Catch("Engine/Commit/SlotRecovery.cs", 3)]
    SnapshotOutOfReach,

    /// <summary>A snapshot ends before the length that its store gave.</summary>
    [Catch("Engine/Snapshots/SnapshotReader.cs", 1)]
    SnapshotEndsEarly,

    /// <summary>The snapshots that nothing names cannot be listed or removed.</summary>
    [Catch("Engine/Commit/SlotRecovery.cs", 4)]
    OldSnapshotsNotListed,

    /// <summary>A snapshot that is named no longer cannot be removed.</summary>
    [Catch("Runtime/Workers/Housekeeper.cs", 1)]
    OldSnapshotNotRemoved,

    /// <summary>The end of the journal cannot be asked for, or the logs cannot be trimmed.</summary>
    [Catch("Runtime/Workers/Housekeeper.cs", 2)]
    QuestionOrTrimFailed,

    /// <summary>A snapshot cannot be written.</summary>
    [Catch("Runtime/Workers/SnapshotKeeper.cs", 1)]
    SnapshotNotWritten,

    /// <summary>A call to the storage is left, because it does not end.</summary>
    StorageCallLeft,

    /// <summary>A cut of logs, or the question before it, is left likewise.</summary>
    HousekeepingLeft,

    /// <summary>Nobody tells why a commit does not get through.</summary>
    HindranceNotTold,

    /// <summary>A slot's opening or commit fails.</summary>
    [Catch("Runtime/Lanes/SlotWorker.cs", 1)]
    WorkerFailed,

    /// <summary>Refusal: a journal record is none.</summary>
    [Catch("Engine/Journal/JournalCodec.cs", 1)]
    JournalUnreadable,

    /// <summary>Refusal: a record of an internal topic is no block.</summary>
    [Catch("Runtime/Lanes/Lane.cs", 2)]
    BlockUnreadable,

    /// <summary>What is to be read next is not there any more.</summary>
    [Catch("Runtime/Lanes/Lane.cs", 1)]
    InputCutOff,

    /// <summary>Refusal: input that a recovery needs is gone.</summary>
    InputGone,

    /// <summary>Refusal: journal records that a recovery needs are gone.</summary>
    JournalGone,

    /// <summary>Refusal: somebody moved the group's offsets.</summary>
    OffsetsMoved,
    IdleAdvance,
    Drain,

    /// <summary>A slot is opened where its state was kept warm.</summary>
    StandbyTakenOver,

    /// <summary>The journal was trimmed before a warm copy had read it: it begins again.</summary>
    StandbyLeftBehind,
}

/// <summary>The edge leads through the n-th catch of a source file.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class CatchAttribute(string file, int number) : Attribute
{
    public string File => file;

    public int Number => number;
}
