namespace StreamGrains.Simulation.Mutations;

/// <summary>Bugs on purpose, one at a time, each in a port or around the product and never in it. The suite must catch every one.</summary>
internal enum Mutation
{
    None,

    /// <summary>Outputs are written while committed input is repeated.</summary>
    EmitDuringReplay,

    /// <summary>Input offsets are committed on their own.</summary>
    OffsetsOutsideTransaction,

    /// <summary>A commit that timed out counts as failed and is sent again.</summary>
    TimeoutMeansFailed,

    /// <summary>A commit that timed out counts as landed.</summary>
    TimeoutMeansLanded,

    /// <summary>A snapshot is named before it is durable.</summary>
    SnapshotNamedEarly,

    /// <summary>The broker takes whatever an old owner sends.</summary>
    FenceSkipped,

    /// <summary>The internal topic is read without regard to transactions.</summary>
    ReadUncommittedExchange,

    /// <summary>The watermark behind a re-key follows one upstream partition only.</summary>
    WatermarkOfOneUpstream,

    /// <summary>What is sent again is computed again, on top of the state that has it already.</summary>
    ResendRecomputes,

    /// <summary>An operator's state is lost when a snapshot is restored.</summary>
    StateLostOnRestore,

    /// <summary>The journal record is written on its own.</summary>
    JournalOutsideTransaction,

    /// <summary>The journal is read before others are shut out.</summary>
    JournalReadBeforeFence,

    /// <summary>An idle partition's advance is not journaled.</summary>
    IdleAdvanceNotJournaled,

    /// <summary>Logs are trimmed past what the older snapshot needs.</summary>
    TrimmedTooFar,

    /// <summary>A snapshot's checksum is not looked at.</summary>
    ChecksumIgnored,

    /// <summary>Replay counts records where it should look at offsets.</summary>
    RestoreByCount,

    /// <summary>An interval's outputs are let go when its transaction is aborted.</summary>
    ReleasedOnAbort,

    /// <summary>The source is read without regard to transactions.</summary>
    ReadUncommittedSource,

    /// <summary>Dead letters are not written.</summary>
    DeadLettersLost,

    /// <summary>Rows go round the partitions of the internal topic instead of following their key.</summary>
    RekeyedToAnyPartition,

    /// <summary>Records of one commit are written in the wrong order.</summary>
    RecordsReordered,

    /// <summary>A producer is used on after a request was lost with its connection and sent again: the first may end the next transaction.</summary>
    SameProducerAfterLostRequest,

    /// <summary>A warm copy takes more than its owner has committed.</summary>
    StandbyAhead,
}
