namespace StreamGrains.Simulation.World;

/// <summary>What can go wrong. The order is part of every seed: new kinds go to the end.</summary>
internal enum Fault
{
    /// <summary>A process is gone between two steps; what it sent may still arrive.</summary>
    Crash,

    /// <summary>A process is gone right after it sent the end of a transaction.</summary>
    CrashAtEndTxn,

    /// <summary>A process is gone when its snapshot is durable and nobody has heard of it.</summary>
    CrashAfterBlob,

    /// <summary>A process stands still and goes on in time.</summary>
    Pause,

    /// <summary>A process stands still for longer than the transaction timeout.</summary>
    LongPause,

    /// <summary>A slot gets a second owner while the first still runs.</summary>
    SecondOwner,

    /// <summary>A slot's owner stands still, a new one takes over, and the old one wakes up.</summary>
    Zombie,

    /// <summary>A slot moves in the middle of everything.</summary>
    Move,

    /// <summary>A process stops cleanly and comes back with another number of lanes.</summary>
    OtherLanes,

    /// <summary>A request does not arrive.</summary>
    RequestLost,

    /// <summary>A request is served and the answer does not arrive.</summary>
    ReplyLost,

    /// <summary>The end of a transaction is served, the answer does not arrive, and nothing is heard until the client gives up.</summary>
    EndTxnUnanswered,

    /// <summary>The end of a transaction arrives when the client has given up long ago.</summary>
    EndTxnLate,

    /// <summary>The answer to a produce request does not arrive, and the retry finds its records there.</summary>
    ProduceReplyLost,

    /// <summary>A produce request stays away until its records have timed out, and then arrives.</summary>
    ProduceLate,

    /// <summary>A transaction must be aborted.</summary>
    AbortableError,

    /// <summary>The cluster refuses a commit for good, until a person has seen to it.</summary>
    CommitRefused,

    /// <summary>A broker is asked for what it no longer leads.</summary>
    StaleMetadata,

    /// <summary>A message takes long.</summary>
    Slow,

    /// <summary>The broker restarts.</summary>
    BrokerRestart,

    /// <summary>The broker times a transaction out.</summary>
    TransactionTimeout,

    /// <summary>The cluster does not answer a question for half a minute.</summary>
    ClusterSilent,

    /// <summary>A consumer is told that its offset is out of range.</summary>
    OffsetOutOfRange,

    /// <summary>The source's retention removes what no recovery needs.</summary>
    Retention,

    /// <summary>Offsets jump: compaction or a transaction of others left a hole.</summary>
    OffsetGap,

    /// <summary>A transaction of the source's producer stays open, and ends aborted.</summary>
    SourceAborted,

    /// <summary>A stored snapshot ends early although its length says otherwise.</summary>
    BlobTorn,

    /// <summary>A stored snapshot is cut.</summary>
    BlobTruncated,

    /// <summary>A bit of a stored snapshot is flipped.</summary>
    BlobFlipped,

    /// <summary>A stored snapshot is gone.</summary>
    BlobMissing,

    /// <summary>A stored snapshot has the content of an older one.</summary>
    BlobOld,

    /// <summary>A snapshot cannot be written.</summary>
    DiskFull,

    /// <summary>Old snapshots cannot be listed or removed.</summary>
    DiskBusy,

    /// <summary>A process's clock jumps ahead.</summary>
    ClockJump,

    /// <summary>The connection breaks under the end of a transaction: the client sends it again, and the first arrives as well, later.</summary>
    SentTwice,

    /// <summary>A snapshot cannot be opened.</summary>
    DiskAway,

    /// <summary>The group's offset of a partition expires.</summary>
    OffsetsExpired,

    /// <summary>The source's retention removes offsets that recoveries would read and that hold no record.</summary>
    HolesCut,

    /// <summary>Another job writes a record of its own into the journal.</summary>
    OthersJournal,

    /// <summary>A request of a slot's clients is never answered, served or not: only the deadline of the call ends it.</summary>
    RequestUnanswered,

    /// <summary>A call to the disk never ends, and has done what was asked, or not.</summary>
    DiskUnanswered,

    /// <summary>A question to the cluster beside the slots, or a cut of logs, never ends.</summary>
    ClusterUnanswered,
}
