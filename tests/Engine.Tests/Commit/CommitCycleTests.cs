using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

public sealed class CommitCycleTests : IDisposable
{
    private static readonly Guid Ours = new(1, 2, 3, new byte[8]), Theirs = new(9, 2, 3, new byte[8]);

    private readonly FakeLog log = new();
    private readonly List<int> pauses = [];
    private readonly List<string> troubles = [];

    [Fact]
    public void A_commit_that_lands_is_sent_once()
    {
        Run(Interval(1, Ours));
        Assert.Single(log.Attempts);
        Assert.Empty(troubles);
        Assert.Equal(0, log.Opened);
    }

    [Fact]
    public void An_aborted_commit_is_sent_again_as_it_was()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Aborted, "no"), false));
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Aborted, "still no"), false));
        var interval = Interval(1, Ours);
        Run(interval);
        Assert.Equal(3, log.Attempts.Count);
        Assert.All(log.Attempts, a => Assert.Same(interval, a));
        Assert.Equal([1, 2], pauses);
        Assert.Equal(["no", "still no"], troubles);
        Assert.Single(log.Journal);
    }

    [Theory, InlineData(true, 1), InlineData(false, 2)]
    public void What_became_of_a_commit_of_unknown_outcome_is_read_from_the_journal(bool landed, int attempts)
    {
        log.Journal.Add(Interval(1, Theirs).JournalBytes);
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown, "timed out"), landed));
        Run(Interval(2, Ours));
        Assert.Equal(attempts, log.Attempts.Count);
        Assert.Equal(1, log.Opened);
        Assert.Equal(2, log.Journal.Count);
    }

    [Fact]
    public void The_first_commit_of_all_of_unknown_outcome_is_sent_again_when_the_journal_is_empty()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        Run(Interval(1, Ours));
        Assert.Equal(2, log.Attempts.Count);
    }

    [Fact]
    public void A_slot_that_somebody_else_took_over_meanwhile_is_fenced()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        log.WhenOpened = () => log.Land(Interval(4, Theirs));
        var fenced = Assert.Throws<PartitionFenced>(() => Run(Interval(4, Ours)));
        Assert.Contains("goes on with commit 4 of another owner", fenced.Message, StringComparison.Ordinal);
        Assert.Single(log.Attempts);
    }

    [Fact]
    public void Who_stood_still_and_finds_the_commits_of_a_newer_owner_does_not_shut_that_one_out()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        log.Land(Interval(4, Theirs));
        Assert.Throws<PartitionFenced>(() => Run(Interval(4, Ours)));
        Assert.Equal(0, log.Opened);
    }

    [Fact]
    public void A_journal_that_was_closed_meanwhile_fences()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        log.WhenOpened = () => log.Journal.Add(JournalCodec.Encode(Interval(3, Theirs).Journal with { Closed = true }));
        Assert.Throws<PartitionFenced>(() => Run(Interval(4, Ours)));
    }

    [Fact]
    public void A_journal_that_cannot_be_read_stops_the_job()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        log.Journal.Add([1, 2, 3]);
        Assert.Contains("cannot be read", Assert.Throws<JobFailed>(() => Run(Interval(4, Ours))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_behind_a_journal_that_lacks_the_commit_before()
    {
        log.Land(Interval(3, Ours));
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Unknown), false));
        log.WhenOpened = log.Journal.Clear;
        Assert.StartsWith("the journal of slot 0 is empty, and commit 3 has landed: the journal's topic was made again, or another cluster answers", Assert.Throws<JobFailed>(() => Run(Interval(4, Ours))).Message, StringComparison.Ordinal);
        Assert.Single(log.Attempts);
    }

    [Fact]
    public void Fenced_and_refused_end_it_with_the_reason()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Fenced, "newer"), false));
        Assert.Equal("newer", Assert.Throws<PartitionFenced>(() => Run(Interval(1, Ours))).Message);
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Refused, "too large"), false));
        Assert.Equal("too large", Assert.Throws<JobFailed>(() => Run(Interval(1, Ours))).Message);
    }

    [Fact]
    public void Giving_up_comes_between_attempts()
    {
        log.Verdicts.Enqueue((new CommitOutcome(CommitVerdict.Aborted), false));
        var cycle = new CommitCycle(Plans.Job(), log, _ => throw new OperationCanceledException(), _ => { });
        Assert.Throws<OperationCanceledException>(() => Run(cycle, Interval(1, Ours)));
        Assert.Single(log.Attempts);
    }

    public void Dispose() => log.Dispose();

    private void Run(FrozenInterval interval) => Run(new CommitCycle(Plans.Job(), log, Pause, troubles.Add), interval);

    private static void Run(CommitCycle cycle, FrozenInterval interval) => cycle.Run(interval).AsTask().GetAwaiter().GetResult();

    private ValueTask Pause(int attempt)
    {
        pauses.Add(attempt);
        return ValueTask.CompletedTask;
    }

    private static FrozenInterval Interval(long sequence, Guid owner)
    {
        var record = new JournalRecord("job", sequence, owner, 7, 0, 1, false, [], []);
        return new FrozenInterval(record, JournalCodec.Encode(record), new OutputBuffer(), new Dictionary<TopicPartition, long>(), []);
    }
}
