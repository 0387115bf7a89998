using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Broker;

/// <summary>
/// A Kafka cluster as clients see it: topics, transactional producers and their coordinator, one consumer group's offsets. Each call is one request being served; the network
/// around it is <see cref="Client.Network"/>. The epoch of a producer moves with InitProducerId and when the coordinator times a transaction out, not with every
/// transaction: it is the protocol before KIP-890, which librdkafka speaks.
/// </summary>
internal sealed class SimBroker(Scheduler scheduler, Rng rng, Faults faults, Trace trace)
{
    private readonly Dictionary<TopicPartition, Partition> partitions = [];
    private readonly Dictionary<string, int> topics = [];
    private readonly Dictionary<string, TransactionalId> ids = [];
    private readonly Dictionary<TopicPartition, long> group = [];
    private readonly Dictionary<string, Guid> topicIds = [];
    private long producers;
    private int made;

    /// <summary>A transaction that is open for longer, in microseconds, is aborted.</summary>
    public long TransactionTimeout { get; init; } = 4_000_000;

    /// <summary>The broker answers nobody before this time.</summary>
    public long DownUntil { get; set; }

    public bool Down => scheduler.Now < DownUntil;

    /// <summary>No transaction is open or being ended.</summary>
    public bool Quiet => ids.Values.All(id => id.Open is null);

    /// <summary>Records that are never taken, by topic and content, as a topic's settings may have it.</summary>
    public Func<string, Message, bool> Refuses { get; set; } = (_, _) => false;

    /// <summary>Told of each commit when it is decided.</summary>
    public Action<Txn> Decided { get; set; } = _ => { };

    /// <summary>Offsets that the group has committed.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Group => group;

    /// <summary>Makes a topic, also in the place of one by this name, which is gone then.</summary>
    public void Create(string topic, int count)
    {
        topics[topic] = count;
        topicIds[topic] = new Guid(++made, 0, 0, new byte[8]);
        for (var p = 0; p < count; p++) partitions[new TopicPartition(topic, p)] = new Partition(new TopicPartition(topic, p));
    }

    /// <summary>What the cluster and the topics are beyond their names.</summary>
    public TopicIdentities Identities(IEnumerable<string> of) => new("sim", of.Where(topicIds.ContainsKey).ToDictionary(t => t, t => new TopicIdentity(topicIds[t], topics[t])));

    /// <summary>The group's offset of a partition expires.</summary>
    public void ExpireOffset(TopicPartition slice) => group.Remove(slice);

    public int? PartitionCount(string topic) => topics.TryGetValue(topic, out var count) ? count : null;

    public Partition this[TopicPartition slice] => partitions[slice];

    /// <summary>All partitions, by topic in the order of creation.</summary>
    public IEnumerable<Partition> Partitions => topics.Keys.SelectMany(Of);

    public IEnumerable<Partition> Of(string topic)
    {
        for (var p = 0; p < topics[topic]; p++) yield return partitions[new TopicPartition(topic, p)];
    }

    /// <summary>Gives the id's next epoch. A transaction that is open is aborted first, and the answer is to ask again.</summary>
    public (Code Code, Producer Producer) InitProducerId(string transactionalId)
    {
        if (!ids.TryGetValue(transactionalId, out var id)) ids[transactionalId] = id = new TransactionalId(++producers);
        if (id.Ending) return (Code.ConcurrentTransactions, default);
        if (id.Open is not null)
        {
            id.Epoch++;
            End(id, commit: false);
            return (Code.ConcurrentTransactions, default);
        }
        id.Epoch++;
        id.Last = null;
        return (Code.None, id.Producer);
    }

    /// <summary>The producer that holds the id now.</summary>
    public Producer Newest(string transactionalId) => ids[transactionalId].Producer;

    public Code AddPartitions(string transactionalId, Producer producer, IReadOnlyList<TopicPartition> added)
    {
        var code = Begin(transactionalId, producer, out var txn);
        if (code != Code.None) return code;
        foreach (var slice in added)
            if (!txn!.Partitions.Contains(slice)) txn.Partitions.Add(slice);
        return Code.None;
    }

    public Code AddOffsets(string transactionalId, Producer producer)
    {
        var code = Begin(transactionalId, producer, out var txn);
        if (code == Code.None) txn!.Offsets ??= [];
        return code;
    }

    /// <summary>A partition leader takes a batch, once the coordinator has confirmed that its transaction is open.</summary>
    public Code Produce(string transactionalId, Producer producer, TopicPartition slice, int sequence, IReadOnlyList<Message> batch, bool checkEpoch = true)
    {
        var id = ids[transactionalId];
        if (!checkEpoch) producer = id.Producer;
        if (producer.Epoch < id.Epoch) return Code.Fenced;
        var txn = id.Open;
        if (txn is null || id.Ending || !txn.Partitions.Contains(slice)) return Code.InvalidTxnState;
        foreach (var message in batch)
            if (Refuses(slice.Topic, message)) return Code.InvalidRecord;
        return partitions[slice].Append(producer, sequence, batch, txn) switch
        {
            Appended.Fenced => Code.Fenced,
            Appended.OutOfOrder => Code.OutOfOrder,
            _ => Code.None,
        };
    }

    public Code CommitOffsets(string transactionalId, Producer producer, IReadOnlyDictionary<TopicPartition, long> offsets)
    {
        var id = ids[transactionalId];
        if (producer.Epoch < id.Epoch) return Code.Fenced;
        if (id.Open?.Offsets is not { } pending || id.Ending) return Code.InvalidTxnState;
        foreach (var (slice, offset) in offsets) pending[slice] = offset;
        return Code.None;
    }

    /// <summary>Commits offsets outside of any transaction.</summary>
    public void CommitOffsets(IReadOnlyDictionary<TopicPartition, long> offsets)
    {
        foreach (var (slice, offset) in offsets) group[slice] = offset;
    }

    /// <summary>Decides a transaction. The answer comes when the decision is written; partitions and group hear of it later.</summary>
    public Code EndTxn(string transactionalId, Producer producer, bool commit)
    {
        var id = ids[transactionalId];
        if (producer.Epoch < id.Epoch) return Code.Fenced;
        var wanted = commit ? TxnState.Committed : TxnState.Aborted;
        if (id.Ending) return id.Last!.Decided == wanted ? Code.ConcurrentTransactions : Code.InvalidTxnState;
        if (id.Open is null) return id.Last?.Decided == wanted ? Code.None : Code.InvalidTxnState;
        End(id, commit);
        return Code.None;
    }

    public (Code Code, IReadOnlyDictionary<TopicPartition, long> Offsets) FetchOffsets(IEnumerable<TopicPartition> slices)
    {
        var found = new Dictionary<TopicPartition, long>();
        foreach (var slice in slices)
            if (group.TryGetValue(slice, out var offset)) found[slice] = offset;
        return (Code.None, found);
    }

    private Code Begin(string transactionalId, Producer producer, out Txn? txn)
    {
        txn = null;
        var id = ids[transactionalId];
        if (producer.Epoch < id.Epoch) return Code.Fenced;
        if (id.Ending) return Code.ConcurrentTransactions;
        if (id.Open is null)
        {
            var begun = id.Open = new Txn(transactionalId, producer);
            scheduler.After(TransactionTimeout, null, () => TimeOut(id, begun));
        }
        txn = id.Open;
        return Code.None;
    }

    private void TimeOut(TransactionalId id, Txn txn)
    {
        if (id.Open != txn || txn.Decided != TxnState.Open) return;
        faults.Note(Fault.TransactionTimeout);
        trace.Say("", $"broker: the transaction of {id.Open.TransactionalId} has timed out and is aborted");
        id.Epoch++;
        End(id, commit: false);
    }

    private void End(TransactionalId id, bool commit)
    {
        var txn = id.Open!;
        id.Last = txn;
        txn.Decided = commit ? TxnState.Committed : TxnState.Aborted;
        txn.DecidedAt = scheduler.Steps;
        var marker = id.Producer;
        txn.MarkersLeft = txn.Partitions.Count + 1;
        id.Ending = true;
        foreach (var slice in txn.Partitions)
            scheduler.After(MarkerDelay(), null, () => Mark(id, txn, () => partitions[slice].EndTxn(marker, commit)));
        scheduler.After(MarkerDelay(), null, () => Mark(id, txn, () =>
        {
            if (commit && txn.Offsets is not null) CommitOffsets(txn.Offsets);
        }));
        if (commit) Decided(txn);
    }

    private static void Mark(TransactionalId id, Txn txn, Action apply)
    {
        apply();
        if (--txn.MarkersLeft > 0) return;
        id.Open = null;
        id.Ending = false;
    }

    private long MarkerDelay() => rng.Next(20) == 0 ? rng.Range(5_000, 80_000) : rng.Range(50, 3_000);

    private sealed class TransactionalId(long producer)
    {
        public int Epoch { get; set; } = -1;

        /// <summary>The transaction that is open or being ended.</summary>
        public Txn? Open { get; set; }

        /// <summary>The transaction that was ended last under this epoch.</summary>
        public Txn? Last { get; set; }

        public bool Ending { get; set; }

        public Producer Producer => new(producer, Epoch);
    }
}
