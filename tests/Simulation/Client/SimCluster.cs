using StreamGrains.Engine;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>The cluster as one process sees it. Its calls are atomic steps, or never end; what waits is behind the slot's log.</summary>
internal sealed class SimCluster(ClientWorld world, Action<TopicPartition> assigned) : IJobCluster
{
    private readonly List<SimLaneConsumer> consumers = [];

    public Action<string> Notice { private get; set; } = _ => { };

    /// <summary>Whether a consumer has given anything since this was asked last.</summary>
    public bool TakeMoved()
    {
        var moved = false;
        foreach (var consumer in consumers)
        {
            moved |= consumer.Moved;
            consumer.Moved = false;
        }
        return moved;
    }

    public int? PartitionCount(string topic) => world.Network.Broker.PartitionCount(topic);

    public void EnsureTopics(IReadOnlyList<TopicNeed> topics)
    {
        foreach (var topic in topics)
            if (PartitionCount(topic.Name) is null) world.Network.Broker.Create(topic.Name, topic.Partitions);
    }

    public IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions) =>
        Ask("the offsets", partitions, slice => new OffsetRange(world.Network.Broker[slice].Start, world.Network.Broker[slice].LastStable));

    public async ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp)
    {
        // Where a topic between stages ends is asked seldom.
        var weight = partitions.First().Topic == world.Job.JournalTopic ? 1 : 30;
        await MayNeverEnd(weight);
        return Ask("the ends", partitions, slice => world.Network.Broker[slice].End, weight);
    }

    public async ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp)
    {
        await MayNeverEnd();
        if (world.Network.Broker.Down || world.Network.Faults.Strike(Fault.ClusterSilent)) throw new JobFailed("asking which topics these are: Local: Timed out (Local_TimedOut), 12 times in a row");
        return world.Network.Broker.Identities(topics);
    }

    public IReadOnlyList<string> CheckTopics() => [];

    public ILaneConsumer OpenConsumer()
    {
        var consumer = new SimLaneConsumer(world, assigned);
        consumers.Add(consumer);
        return consumer;
    }

    public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => new SimSlotLog(world, slot, giveUp);

    public async ValueTask<string?> DiagnoseCommit(int slot)
    {
        await MayNeverEnd();
        return world.Network.Broker.Down ? "no broker answers" : null;
    }

    public async ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp)
    {
        await MayNeverEnd();
        if (world.Network.Broker.Down || world.Network.Faults.Strike(Fault.ClusterSilent)) throw new IOException("Local: Timed out (Local_TimedOut)");
        foreach (var (slice, offset) in before)
        {
            var partition = world.Network.Broker[slice];
            partition.Trim(world.Is(Mutation.TrimmedTooFar) ? offset + (partition.LastStable - offset) / 2 : offset);
            world.Network.Trace.Say(world.Name, $"{slice} is trimmed to {partition.Start}");
        }
    }

    private Promise<bool> MayNeverEnd(double weight = 1)
    {
        var promise = new Promise<bool>();
        if (!world.Network.Faults.Strike(Fault.ClusterUnanswered, weight)) promise.Complete(true);
        else world.Network.Trace.Say(world.Name, $"a call to the cluster never ends");
        return promise;
    }

    private Dictionary<TopicPartition, T> Ask<T>(string what, IReadOnlyCollection<TopicPartition> partitions, Func<TopicPartition, T> question, double weight = 1)
    {
        if (world.Network.Faults.Strike(Fault.ClusterSilent, weight)) throw new JobFailed($"asking for {what} of {partitions.First()}: Local: Timed out (Local_TimedOut), 12 times in a row");
        var answers = new Dictionary<TopicPartition, T>();
        foreach (var slice in partitions) answers[slice] = question(slice);
        return answers;
    }
}
