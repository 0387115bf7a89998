using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

public class CommitPolicyTests
{
    private static readonly Plan.JobPlan Job = Plans.Job();

    [Theory]
    [InlineData(true, 10_000, 0, false, 0, true)]
    [InlineData(true, 9_999, 0, false, 99, false)]
    [InlineData(true, 1, 0, false, 100, true)]
    [InlineData(false, 0, 0, false, 100, false)]
    [InlineData(true, 1, 64 << 20, false, 0, true)]
    [InlineData(true, 1, (64 << 20) - 1, false, 0, false)]
    [InlineData(true, 1, 1 << 20, true, 0, true)]
    [InlineData(true, 1, (1 << 20) - 1, true, 0, false)]
    public void A_commit_is_due_when_there_is_something_and_it_is_full_or_old(bool dirty, int records, long bytes, bool tight, long age, bool due) =>
        Assert.Equal(due, CommitPolicy.CommitDue(Job, dirty, records, bytes, tight, 5000, 5000 + age));

    [Theory]
    [InlineData(39_999, 0, false, false)]
    [InlineData(40_000, 0, false, true)]
    [InlineData(0, 64 << 20, false, true)]
    [InlineData(0, 1 << 20, false, false)]
    [InlineData(0, 1 << 20, true, true)]
    public void A_slot_is_full_at_four_commits_of_records_or_64_MiB_or_1_MiB_where_memory_is_tight(int records, long bytes, bool tight, bool full) =>
        Assert.Equal(full, CommitPolicy.Full(Job, records, bytes, tight));

    [Fact]
    public void The_bound_does_not_overflow_with_the_largest_commit() =>
        Assert.False(CommitPolicy.Full(Job with { CommitRecords = int.MaxValue }, int.MaxValue, 0, tight: false));

    [Theory]
    [InlineData(false, true, 1, 30_000, true)]
    [InlineData(false, true, 0, 30_000, true)]
    [InlineData(false, true, 1, 29_999, false)]
    [InlineData(false, true, 5_000_000, 0, true)]
    [InlineData(true, true, 5_000_000, 30_000, false)]
    [InlineData(false, false, 0, 30_000, false)]
    public void A_snapshot_is_due_when_there_is_something_to_repeat_none_is_being_written_and_the_last_is_old_or_far_back(bool writing, bool ahead, long records, long age, bool due) =>
        Assert.Equal(due, CommitPolicy.SnapshotDue(Job, writing, ahead, records, 7, 7 + age));

    [Theory, InlineData(3_599_999, false), InlineData(3_600_000, true)]
    public void Offsets_are_written_again_when_nothing_was_committed_for_so_long(long age, bool due) => Assert.Equal(due, CommitPolicy.RefreshDue(7, 3_600_000, 7 + age));

    [Fact]
    public void Retries_wait_longer_each_time_up_to_five_seconds() =>
        Assert.Equal([50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000], [.. Enumerable.Range(1, 9).Select(CommitPolicy.RetryDelay), CommitPolicy.RetryDelay(int.MaxValue)]);
}
