using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Journal;

namespace StreamGrains.Engine.Ports;

/// <summary>
/// Fetches records of the partitions that are assigned to it, committed ones only. Owner: one lane, on its thread.
/// </summary>
public interface ILaneConsumer : IDisposable
{
    /// <summary>Adds a partition, from an offset; its records go to the end of <paramref name="inbox"/>.</summary>
    void Assign(TopicPartition partition, long offset, Inbox inbox);

    /// <summary>Takes a partition away; none of its records come any more.</summary>
    void Unassign(TopicPartition partition);

    /// <summary>Stops or goes on fetching a partition; what was fetched and not delivered is fetched again.</summary>
    void SetPaused(TopicPartition partition, bool paused);

    /// <summary>
    /// Moves records that have arrived into the inboxes: at most <paramref name="maxRecords"/>, and no more once they have <paramref name="maxBytes"/> together. With none there, waits up to
    /// <paramref name="waitMs"/> for the first.
    /// <paramref name="atEnd"/> is told of each partition whose end has been reached, and the offset of that end. Returns how many were moved.
    /// Throws <see cref="JobFailed"/> when a partition cannot be read, and <see cref="InputGone"/> when its next record is gone; the other partitions go on.
    /// </summary>
    int Poll(int maxRecords, long maxBytes, int waitMs, Action<TopicPartition, long> atEnd);
}

/// <summary>
/// What a job needs of a Kafka cluster. Calls may block, and end by a deadline of the port's own whatever becomes of the answer; may be used from any thread.
/// </summary>
public interface IJobCluster
{
    /// <summary>Told what a person should know of the clients: that one was left because a call in it did not end, say. Set by the run, before anything else.</summary>
    Action<string> Notice { set; }

    /// <summary>Number of partitions of a topic, or null when there is no such topic.</summary>
    int? PartitionCount(string topic);

    /// <summary>Creates topics that are missing; those that are there stay as they are.</summary>
    void EnsureTopics(IReadOnlyList<TopicNeed> topics);

    /// <summary>
    /// What the settings of the job's topics will cost it, in words for a person. Throws <see cref="JobFailed"/> when it could not go on with them.
    /// </summary>
    IReadOnlyList<string> CheckTopics();

    /// <summary>First and next offset of each partition, counting committed records only.</summary>
    IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>
    /// Next offset of each partition, whatever becomes of the records before it. A commit that has landed is in here at once, and in
    /// <see cref="Ranges"/> only when the partition has heard of it.
    /// </summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp);

    /// <summary>What the cluster and these topics are beyond their names. A topic that is not there has no id. Throws when nobody answers.</summary>
    ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp);

    /// <summary>A consumer for one lane.</summary>
    ILaneConsumer OpenConsumer();

    /// <summary>The log of one slot.</summary>
    ISlotLog OpenSlotLog(int slot, CancellationToken giveUp);

    /// <summary>
    /// What in the cluster keeps a slot's commits from landing, in words for a person, such as partitions without a leader or with too few replicas in sync; null when
    /// nothing shows. Takes seconds at most, and does not throw.
    /// </summary>
    ValueTask<string?> DiagnoseCommit(int slot);

    /// <summary>Removes records before the given offsets, which nobody needs any more. Throws <see cref="IOException"/> or <see cref="JobFailed"/> when some may have stayed.</summary>
    ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp);
}

/// <summary>A topic that a job needs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Partitions">Partitions to create it with.</param>
/// <param name="Settings">Topic settings to create it with.</param>
public sealed record TopicNeed(string Name, int Partitions, IReadOnlyDictionary<string, string> Settings);
