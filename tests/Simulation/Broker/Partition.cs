using System.Runtime.InteropServices;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Simulation.Broker;

/// <summary>How a partition leader answers a batch.</summary>
internal enum Appended
{
    Done,

    /// <summary>The batch is there already: a retry.</summary>
    Duplicate,

    /// <summary>A batch before it is missing.</summary>
    OutOfOrder,

    /// <summary>A newer epoch of this producer is known here.</summary>
    Fenced,
}

/// <summary>
/// A partition: offsets (control records and holes take some), producers with their sequences, open transactions and the last stable offset. What is trimmed can be
/// read no more, but stays in <see cref="All"/> for the oracles.
/// </summary>
internal sealed class Partition(TopicPartition slice)
{
    private const int Remembered = 5;

    private readonly List<Entry> entries = [];
    private readonly List<PartitionTxn> open = [];
    private readonly Dictionary<long, Sequences> producers = [];

    public TopicPartition Slice => slice;

    /// <summary>Every entry there ever was; valid until the next is written.</summary>
    public ReadOnlySpan<Entry> All => CollectionsMarshal.AsSpan(entries);

    /// <summary>First offset that can be read.</summary>
    public long Start { get; private set; }

    /// <summary>Next offset to be written.</summary>
    public long End { get; private set; }

    /// <summary>Offset that read_committed readers come up to: the first of an open transaction, or the end.</summary>
    public long LastStable => open.Count == 0 ? End : open.Min(t => t.First);

    /// <summary>Appends a record of no transaction.</summary>
    public long Append(Message message) => Add(message, null);

    /// <summary>Appends a batch of a transaction. Sequences count from 0 in each epoch.</summary>
    public Appended Append(Producer producer, int sequence, IReadOnlyList<Message> batch, Txn? txn)
    {
        if (!producers.TryGetValue(producer.Id, out var known)) producers[producer.Id] = known = new Sequences();
        if (producer.Epoch < known.Epoch) return Appended.Fenced;
        if (producer.Epoch > known.Epoch) known.Begin(producer.Epoch);
        if (known.Last.Contains((sequence, batch.Count))) return Appended.Duplicate;
        if (sequence != known.Next) return Appended.OutOfOrder;
        known.Next += batch.Count;
        known.Last.Enqueue((sequence, batch.Count));
        if (known.Last.Count > Remembered) known.Last.Dequeue();
        var part = OpenOf(producer.Id);
        if (part is null) open.Add(part = new PartitionTxn(producer, txn, End));
        foreach (var message in batch) Add(message, part);
        return Appended.Done;
    }

    /// <summary>Ends a producer's transaction here with a marker, which takes an offset. The marker's epoch shuts older ones out.</summary>
    public void EndTxn(Producer producer, bool commit)
    {
        if (!producers.TryGetValue(producer.Id, out var known)) producers[producer.Id] = known = new Sequences();
        if (producer.Epoch > known.Epoch) known.Begin(producer.Epoch);
        if (OpenOf(producer.Id) is { } part)
        {
            part.State = commit ? TxnState.Committed : TxnState.Aborted;
            open.Remove(part);
        }
        Add(null, null);
    }

    /// <summary>Leaves a hole, as compaction does.</summary>
    public void Skip(long offsets) => End += offsets;

    /// <summary>Removes one record, as compaction does.</summary>
    public void Compact(long offset)
    {
        var index = IndexOf(offset);
        entries[index] = entries[index] with { Message = null };
    }

    /// <summary>Removes what lies before an offset, but nothing above the last stable one.</summary>
    public void Trim(long before) => Start = Math.Max(Start, Math.Min(before, LastStable));

    /// <summary>Index in <see cref="All"/> of the first entry at or above an offset.</summary>
    public int IndexOf(long offset)
    {
        int low = 0, high = entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Offset < offset) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>Offset of the first record at or above an offset that readers are given; null when there is none.</summary>
    public long? NextCommitted(long offset)
    {
        for (var i = IndexOf(offset); i < entries.Count; i++)
            if (entries[i].Committed) return entries[i].Offset;
        return null;
    }

    private PartitionTxn? OpenOf(long producer)
    {
        foreach (var part in open)
            if (part.Producer.Id == producer) return part;
        return null;
    }

    private long Add(Message? message, PartitionTxn? txn)
    {
        entries.Add(new Entry(End, message, txn));
        return End++;
    }

    private sealed class Sequences
    {
        public int Epoch { get; private set; } = -1;

        public int Next { get; set; }

        public Queue<(int Sequence, int Count)> Last { get; } = [];

        public void Begin(int epoch)
        {
            Epoch = epoch;
            Next = 0;
            Last.Clear();
        }
    }
}
