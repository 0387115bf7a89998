using System.Globalization;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;

namespace StreamGrains.Engine.Ports;

/// <summary>A partition of a topic.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary>Reads what <see cref="ToString"/> writes: <c>topic[3]</c>.</summary>
    public static bool TryParse(string text, out TopicPartition slice)
    {
        slice = default;
        if (text.LastIndexOf('[') is not (> 0 and var open) || text[^1] != ']') return false;
        if (!int.TryParse(text.AsSpan(open + 1, text.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var partition)) return false;
        slice = new TopicPartition(text[..open], partition);
        return true;
    }

    /// <summary>The partitions that these texts name; what is none is left out.</summary>
    public static IReadOnlySet<TopicPartition> All(IEnumerable<string> texts)
    {
        var slices = new HashSet<TopicPartition>();
        foreach (var text in texts)
            if (TryParse(text, out var slice)) slices.Add(slice);
        return slices;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Topic}[{Partition}]";
}

/// <summary>
/// The log's side of one slot: its fence, its transactions, its journal. Calls may block, or go on later on the caller's worker; each ends by a deadline of
/// the port's own, whatever becomes of the answer. Owner: the slot's worker; one call at a time.
/// </summary>
public interface ISlotLog : IDisposable
{
    /// <summary>
    /// Becomes the slot's only writer: whoever was it before is fenced, and what it had not committed is aborted. May be called again at any time,
    /// which drops whatever this object had open. Throws <see cref="JobFailed"/> when that cannot be had.
    /// </summary>
    ValueTask Open();

    /// <summary>Committed journal records of the slot, oldest first: all that are kept, or only the last few.</summary>
    ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly);

    /// <summary>
    /// Waits until what is being written to the journal at the time of the call is committed or aborted, half a minute at most. A transaction's commit reaches its partitions one
    /// after the other, so a newer owner's may show in the group's offsets before it does in the journal.
    /// </summary>
    ValueTask JournalSettled();

    /// <summary>
    /// Committed journal records of the slot that came since the last call, oldest first; at the first call all that are kept. For who follows the slot's owner: needs no
    /// <see cref="Open"/>, and ends with it.
    /// </summary>
    ValueTask<IReadOnlyList<byte[]>> FollowJournal();

    /// <summary>Offsets that the job's group has committed; a partition without one is absent.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>First and next offset of each partition.</summary>
    ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>What the cluster and these topics are beyond their names.</summary>
    ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics);

    /// <summary>
    /// One attempt to commit an interval: outputs, offsets and journal record, all or nothing (at least once: in this order, and what the attempts before got through is not sent again).
    /// </summary>
    ValueTask<CommitOutcome> Commit(FrozenInterval interval);

    /// <summary>
    /// Whether the brokers would take records <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> - 1 of an interval, where its journal record counts as the one behind
    /// its outputs: <see cref="CommitVerdict.Landed"/>, <see cref="CommitVerdict.RecordRefused"/> when one or more of them would be refused each by itself, or what else came of asking. Nothing
    /// of it is ever committed (at least once: what is taken is written, and not sent again). <see cref="Open"/> comes before the next commit.
    /// </summary>
    ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count);
}

/// <summary>Offsets that a partition holds: <paramref name="First"/> up to but not including <paramref name="Next"/>.</summary>
public readonly record struct OffsetRange(long First, long Next)
{
    /// <summary>Offsets behind <see cref="Next"/> that hold what an open transaction keeps from readers of committed records; 0 where that was not asked for.</summary>
    public long HeldBack { get; init; }
}

/// <summary>How one attempt to commit ended.</summary>
public enum CommitVerdict
{
    /// <summary>It is in.</summary>
    Landed,

    /// <summary>It is not in: send the same again.</summary>
    Aborted,

    /// <summary>Nobody can tell yet: open again, read the journal, then either it landed or it is sent again.</summary>
    Unknown,

    /// <summary>Someone newer owns the slot: stop.</summary>
    Fenced,

    /// <summary>Sending it again cannot help (no permission, a topic gone): the job needs a person.</summary>
    Refused,

    /// <summary>It is not in, and a record in it will never be taken as it is, such as one that is too large: others must be sent in its place.</summary>
    RecordRefused,
}

/// <summary>Verdict and, unless landed, why.</summary>
public readonly record struct CommitOutcome(CommitVerdict Verdict, string Message = "")
{
    /// <summary>Of a record that is refused: smaller ones with the same content might be taken.</summary>
    public bool TooLarge { get; init; }

    /// <summary>It is in.</summary>
    public static readonly CommitOutcome Landed = new(CommitVerdict.Landed);
}
