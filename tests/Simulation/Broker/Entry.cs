namespace StreamGrains.Simulation.Broker;

/// <summary>What a producer says of itself with every request.</summary>
internal readonly record struct Producer(long Id, int Epoch);

/// <summary>A record as it is sent; null is null.</summary>
/// <param name="Key">Key.</param>
/// <param name="Value">Value.</param>
/// <param name="Headers">Encoded headers, empty for none.</param>
/// <param name="Timestamp">Milliseconds since the epoch.</param>
/// <param name="Tag">What the workload knows about it; not part of the record.</param>
internal sealed record Message(byte[]? Key, byte[]? Value, byte[] Headers, long Timestamp, object? Tag = null);

/// <summary>One offset of a partition: a record, or with no message the marker that ended a transaction there.</summary>
internal readonly record struct Entry(long Offset, Message? Message, PartitionTxn? Txn)
{
    /// <summary>A record that a read_committed reader is given.</summary>
    public bool Committed => Message is not null && Txn is null or { State: TxnState.Committed };
}

internal enum TxnState
{
    Open,
    Committed,
    Aborted,
}

/// <summary>One transaction's part in one partition.</summary>
internal sealed class PartitionTxn(Producer producer, Txn? txn, long first)
{
    public Producer Producer { get; } = producer;

    /// <summary>The whole; null for a transaction of the source's own producers.</summary>
    public Txn? Txn { get; } = txn;

    public long First { get; } = first;

    /// <summary>As the partition knows it: decided elsewhere, it is still open here until the marker arrives.</summary>
    public TxnState State { get; set; }
}
