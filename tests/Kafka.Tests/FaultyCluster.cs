using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka.Tests;

/// <summary>What goes wrong at one commit.</summary>
internal enum CommitFault
{
    None,

    /// <summary>The process dies before anything is sent.</summary>
    CrashBefore,

    /// <summary>The process dies after the commit has landed and before it knows.</summary>
    CrashAfter,

    /// <summary>The commit lands and the reply is lost.</summary>
    ReplyLost,

    /// <summary>Nothing is sent and nobody can tell.</summary>
    NothingSent,
}

/// <summary>Stands for the end of the process.</summary>
internal sealed class SimulatedCrash : Exception;

/// <summary>The real cluster, with faults at commits that <paramref name="next"/> chooses.</summary>
internal sealed class FaultyCluster(IJobCluster inner, Func<CommitFault> next) : IJobCluster
{
    public int? PartitionCount(string topic) => inner.PartitionCount(topic);

    public void EnsureTopics(IReadOnlyList<TopicNeed> topics) => inner.EnsureTopics(topics);

    public IReadOnlyList<string> CheckTopics() => inner.CheckTopics();

    public IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions) => inner.Ranges(partitions);

    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp) => inner.WrittenEnds(partitions, giveUp);

    public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp) => inner.Identities(topics, giveUp);

    public ILaneConsumer OpenConsumer() => inner.OpenConsumer();

    public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => new FaultyLog(inner.OpenSlotLog(slot, giveUp), next);

    public ValueTask<string?> DiagnoseCommit(int slot) => inner.DiagnoseCommit(slot);

    public ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp) => inner.Trim(before, giveUp);

    public Action<string> Notice { set => inner.Notice = value; }

    private sealed class FaultyLog(ISlotLog log, Func<CommitFault> next) : ISlotLog
    {
        public ValueTask Open() => log.Open();

        public ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly) => log.ReadJournal(tailOnly);

        public ValueTask JournalSettled() => log.JournalSettled();

        public ValueTask<IReadOnlyList<byte[]>> FollowJournal() => log.FollowJournal();

        public ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count) => log.Probe(interval, first, count);

        public ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions) => log.CommittedOffsets(partitions);

        public ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions) => log.Ranges(partitions);

        public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics) => log.Identities(topics);

        public async ValueTask<CommitOutcome> Commit(FrozenInterval interval)
        {
            var fault = next();
            if (fault == CommitFault.CrashBefore) throw new SimulatedCrash();
            if (fault == CommitFault.NothingSent) return new CommitOutcome(CommitVerdict.Unknown, "nothing was sent");
            var outcome = await log.Commit(interval);
            if (fault == CommitFault.CrashAfter) throw new SimulatedCrash();
            return fault == CommitFault.ReplyLost ? new CommitOutcome(CommitVerdict.Unknown, "the reply was lost") : outcome;
        }

        public void Dispose() => log.Dispose();
    }
}
