using System.Collections.Concurrent;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Api.Tests.Support;

/// <summary>A cluster whose topics are empty: jobs run on it, commit and stop, and nothing ever comes. Keeps journals over restarts of a server. Any thread.</summary>
internal sealed class FakeKafka
{
    private readonly ConcurrentDictionary<(string Journal, int Slot), SlotMemory> slots = new();
    private int strange;

    /// <summary>Topics with their partitions.</summary>
    public ConcurrentDictionary<string, int> Topics { get; } = new(new Dictionary<string, int> { ["payments"] = 2, ["refunds"] = 2 });

    /// <summary>What every question to the cluster fails with; null while it answers.</summary>
    public Exception? Down { get; set; }

    /// <summary>Told of every job that connects, on the job's thread; may block.</summary>
    public Action<string> Connecting { get; set; } = _ => { };

    /// <summary>Commits that somebody else adds to the journals of all jobs whenever their ends are asked for.</summary>
    public int Strangers { get; set; }

    public IJobCluster Connect(JobPlan job)
    {
        if (Down is { } down) throw down;
        Connecting(job.Name);
        return new Cluster(this, job.JournalTopic);
    }

    /// <summary>What is kept of a slot.</summary>
    private sealed record SlotMemory(List<byte[]> Journal, Dictionary<TopicPartition, long> Offsets);

    private sealed class Cluster(FakeKafka kafka, string journal) : IJobCluster
    {
        public int? PartitionCount(string topic) => kafka.Topics.TryGetValue(topic, out var count) ? count : null;

        public void EnsureTopics(IReadOnlyList<TopicNeed> topics)
        {
            foreach (var topic in topics) kafka.Topics.TryAdd(topic.Name, topic.Partitions);
        }

        public IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions) => partitions.ToDictionary(p => p, EndOf);

        public Action<string> Notice
        {
            set
            {
            }
        }

        public ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp) => new(partitions.ToDictionary(p => p, _ => 0L));

        public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp) => new(TopicIdentities.Unknown);

        public IReadOnlyList<string> CheckTopics() => [];

        public ILaneConsumer OpenConsumer() => new Consumer();

        public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => new Log(kafka.slots.GetOrAdd((journal, slot), _ => new([], [])));

        public ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp) => ValueTask.CompletedTask;

        public ValueTask<string?> DiagnoseCommit(int slot) => new((string?)null);

        private OffsetRange EndOf(TopicPartition partition)
        {
            if (!kafka.slots.TryGetValue((partition.Topic, partition.Partition), out var memory)) return default;
            return new OffsetRange(0, memory.Journal.Count + Interlocked.Add(ref kafka.strange, kafka.Strangers));
        }
    }

    private sealed class Consumer : ILaneConsumer
    {
        private readonly List<TopicPartition> fresh = [];

        public void Assign(TopicPartition partition, long offset, Inbox inbox) => fresh.Add(partition);

        public void Unassign(TopicPartition partition) => fresh.Remove(partition);

        public void SetPaused(TopicPartition partition, bool paused)
        {
        }

        public int Poll(int maxRecords, long maxBytes, int waitMs, Action<TopicPartition, long> atEnd)
        {
            foreach (var partition in fresh) atEnd(partition, 0);
            fresh.Clear();
            Thread.Sleep(Math.Min(waitMs, 5));
            return 0;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Log(SlotMemory memory) : ISlotLog
    {
        public ValueTask Open() => ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly) => new([.. memory.Journal]);

        public ValueTask JournalSettled() => ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<byte[]>> FollowJournal() => new(Array.Empty<byte[]>());

        public ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions) =>
            new(memory.Offsets.Where(o => partitions.Contains(o.Key)).ToDictionary(o => o.Key, o => o.Value));

        public ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions) => new(partitions.ToDictionary(p => p, _ => default(OffsetRange)));

        public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics) => new(TopicIdentities.Unknown);

        public ValueTask<CommitOutcome> Commit(FrozenInterval interval)
        {
            memory.Journal.Add(interval.JournalBytes);
            foreach (var (partition, offset) in interval.Offsets) memory.Offsets[partition] = offset;
            return new(CommitOutcome.Landed);
        }

        public ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count) => new(CommitOutcome.Landed);

        public void Dispose()
        {
        }
    }
}
