using StreamGrains.Engine.Ports;

namespace StreamGrains.Simulation.Broker;

/// <summary>A transaction as its coordinator knows it.</summary>
internal sealed class Txn(string transactionalId, Producer producer)
{
    public string TransactionalId => transactionalId;

    public Producer Producer => producer;

    /// <summary>Partitions that may hold records of it, in the order they were added.</summary>
    public List<TopicPartition> Partitions { get; } = [];

    /// <summary>Group offsets that count once it is committed; null before the group was added.</summary>
    public Dictionary<TopicPartition, long>? Offsets { get; set; }

    /// <summary>What was decided; the partitions hear of it later.</summary>
    public TxnState Decided { get; set; }

    /// <summary>Scheduler step of the decision.</summary>
    public long DecidedAt { get; set; }

    /// <summary>Partitions, and the group, that have not heard yet.</summary>
    public int MarkersLeft { get; set; }
}

/// <summary>How the broker answers.</summary>
internal enum Code
{
    None,

    /// <summary>The transaction before is still being ended: ask again.</summary>
    ConcurrentTransactions,

    /// <summary>Not the leader or coordinator, or still loading: ask again.</summary>
    NotLeader,

    /// <summary>A newer epoch of this producer is known.</summary>
    Fenced,

    /// <summary>There is no such transaction to act on.</summary>
    InvalidTxnState,

    /// <summary>A batch before this one is missing.</summary>
    OutOfOrder,

    /// <summary>The offset is not there.</summary>
    OffsetOutOfRange,

    /// <summary>A record of the batch will never be taken, and so nothing of the batch.</summary>
    InvalidRecord,
}
