using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>What the clients of one process share: the process, its way to the broker, the job; and the switch that breaks them on purpose.</summary>
internal sealed class ClientWorld(Actor process, string name, Network network, JobPlan job, Mutation mutation)
{
    public Actor Process => process;

    public string Name => name;

    public Network Network => network;

    public JobPlan Job => job;

    /// <summary>Ends the process here and now.</summary>
    public Action Crash { get; init; } = () => { };

    /// <summary>Told of a slot that is being opened, of a commit that begins and of how it ended, and of a slot's log that is closed.</summary>
    public Action<int> Opening { get; init; } = _ => { };

    public Action<FrozenInterval> Committing { get; init; } = _ => { };

    public Action<FrozenInterval, CommitOutcome> Committed { get; init; } = (_, _) => { };

    public Action<int> Closed { get; init; } = _ => { };

    /// <summary>Told of a slot whose question nobody has answered.</summary>
    public Action<int> Unanswered { get; init; } = _ => { };

    /// <summary>Makes an interval's outputs once more.</summary>
    public Func<FrozenInterval, FrozenInterval> Recompute { get; init; } = interval => interval;

    public bool Is(Mutation what) => mutation == what;

    /// <summary>The outcome as the commit cycle is told it.</summary>
    public CommitOutcome Guess(CommitOutcome outcome) => outcome.Verdict != CommitVerdict.Unknown ? outcome : mutation switch
    {
        Mutation.TimeoutMeansFailed => outcome with { Verdict = CommitVerdict.Aborted },
        Mutation.TimeoutMeansLanded => CommitOutcome.Landed,
        _ => outcome,
    };

    /// <summary>The producer as the broker is told it: without the fence, always the newest.</summary>
    public Producer Fence(Producer producer, string transactionalId) => Is(Mutation.FenceSkipped) ? network.Broker.Newest(transactionalId) : producer;

    /// <summary>Commits an interval's offsets outside its transaction, if the run is broken so.</summary>
    public bool OffsetsOutside(FrozenInterval interval)
    {
        if (!Is(Mutation.OffsetsOutsideTransaction)) return false;
        network.Broker.CommitOffsets(interval.Offsets);
        return true;
    }

    /// <summary>An interval's records by partition, in order; the journal record last.</summary>
    public List<Batch> Batches(FrozenInterval interval, TopicPartition journal)
    {
        var batches = new List<Batch>();
        var outputs = interval.Outputs;
        for (var i = 0; i < outputs.Records.Count; i++) Add(batches, interval, i);
        batches = Mutated.OnSending(this, batches, interval.Sequence);
        var entry = new Message(null, Mutated.Journal(this, interval), [], 0);
        if (Is(Mutation.JournalOutsideTransaction)) network.Broker[journal].Append(entry);
        else Add(batches, journal, entry);
        return batches;
    }

    /// <summary>Some of an interval's records by partition, to be asked about; the journal record is the one behind the outputs.</summary>
    public List<Batch> Some(FrozenInterval interval, int first, int count, TopicPartition journal)
    {
        var batches = new List<Batch>();
        for (var i = first; i < first + count; i++)
        {
            if (i < interval.Outputs.Records.Count) Add(batches, interval, i);
            else Add(batches, journal, new Message(null, interval.JournalBytes, [], 0));
        }
        return batches;
    }

    private void Add(List<Batch> batches, FrozenInterval interval, int number)
    {
        var outputs = interval.Outputs;
        var record = outputs.Records[number];
        var topic = outputs.TopicName(record.Topic);
        var key = Bytes(outputs, record.Key);
        var to = record.Partition >= 0 ? record.Partition : Place(key, network.Broker.PartitionCount(topic)!.Value, interval.Sequence + number);
        Add(batches, new TopicPartition(topic, to), new Message(key, Bytes(outputs, record.Value), outputs.Bytes[record.Headers].ToArray(), record.Timestamp));
    }

    private static void Add(List<Batch> batches, TopicPartition slice, Message message)
    {
        foreach (var batch in batches)
        {
            if (batch.Slice != slice) continue;
            batch.Messages.Add(message);
            return;
        }
        batches.Add(new Batch(slice, [message]));
    }

    /// <summary>Any partitioner that gives equal keys one partition will do (FNV-1a); records without a key go round.</summary>
    private static int Place(byte[]? key, int partitions, long turn)
    {
        if (key is null) return (int)(turn % partitions);
        var hash = 2166136261u;
        foreach (var b in key) hash = (hash ^ b) * 16777619;
        return (int)(hash % (uint)partitions);
    }

    private static byte[]? Bytes(OutputBuffer outputs, Engine.Columns.ByteSlice slice) => slice.Length < 0 ? null : outputs.Bytes[slice].ToArray();
}
