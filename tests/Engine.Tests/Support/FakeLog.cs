using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Tests.Support;

/// <summary>A slot's log in memory. Commits end as <see cref="Verdicts"/> say, then they land.</summary>
internal sealed class FakeLog : ISlotLog
{
    public List<byte[]> Journal { get; } = [];

    public Dictionary<TopicPartition, long> Offsets { get; } = [];

    public Dictionary<TopicPartition, OffsetRange> Held { get; } = [];

    /// <summary>How the next commits end, and whether the interval landed all the same.</summary>
    public Queue<(CommitOutcome Outcome, bool Lands)> Verdicts { get; } = [];

    public List<FrozenInterval> Attempts { get; } = [];

    private int followed;

    public int Opened { get; private set; }

    public Action WhenOpened { get; set; } = () => { };

    public Action WhenAskedForOffsets { get; set; } = () => { };

    public Action WhenSettled { get; set; } = () => { };

    public ValueTask Open()
    {
        Opened++;
        WhenOpened();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly) => new(tailOnly ? [.. Journal.TakeLast(2)] : Journal.ToArray());

    public ValueTask JournalSettled()
    {
        WhenSettled();
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<byte[]>> FollowJournal()
    {
        byte[][] fresh = [.. Journal.Skip(followed)];
        followed = Journal.Count;
        return new(fresh);
    }

    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions)
    {
        WhenAskedForOffsets();
        return new(Offsets.Where(o => partitions.Contains(o.Key)).ToDictionary());
    }

    public ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions) =>
        new(partitions.ToDictionary(p => p, p => Held.GetValueOrDefault(p, new OffsetRange(0, long.MaxValue))));

    public TopicIdentities Is { get; set; } = TopicIdentities.Unknown;

    public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics) => new(Is);

    public ValueTask<CommitOutcome> Commit(FrozenInterval interval)
    {
        Attempts.Add(interval);
        var (outcome, lands) = Verdicts.TryDequeue(out var next) ? next
            : Refusal(interval, 0, interval.Outputs.Records.Count + 1) is { } refused ? (refused, false) : (CommitOutcome.Landed, true);
        if (lands) Land(interval);
        return new(outcome);
    }

    /// <summary>What brokers say of a record, by its number; null to take it.</summary>
    public Func<FrozenInterval, int, CommitOutcome?> Refusing { get; set; } = (_, _) => null;

    public int Probes { get; private set; }

    public ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count)
    {
        Probes++;
        return new(Refusal(interval, first, count) ?? CommitOutcome.Landed);
    }

    private CommitOutcome? Refusal(FrozenInterval interval, int first, int count) => Enumerable.Range(first, count).Select(n => Refusing(interval, n)).FirstOrDefault(r => r is not null);

    public void Land(FrozenInterval interval)
    {
        Journal.Add(interval.JournalBytes);
        foreach (var (slice, offset) in interval.Offsets) Offsets[slice] = offset;
    }

    /// <summary>Writes a journal record and the offsets that belong to it.</summary>
    public void Add(JournalRecord record, params (TopicPartition Slice, long Offset)[] offsets)
    {
        Journal.Add(JournalCodec.Encode(record));
        foreach (var (slice, offset) in offsets) Offsets[slice] = offset;
    }

    public void Dispose()
    {
    }
}
