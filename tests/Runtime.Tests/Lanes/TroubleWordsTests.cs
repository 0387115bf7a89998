using StreamGrains.Runtime.Lanes;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Tests.Lanes;

public sealed class TroubleWordsTests
{
    [Theory]
    [InlineData("Local: Timed out (Local_TimedOut)", "Local_TimedOut")]
    [InlineData("Kafka says (twice) no (NotLeaderForPartition).", "NotLeaderForPartition")]
    [InlineData("nothing in parentheses", "Other")]
    [InlineData("words (and more words)", "Other")]
    [InlineData("()", "Other")]
    [InlineData("", "Other")]
    public void The_code_of_a_reason_is_what_is_in_parentheses_at_its_end(string reason, string code) => Assert.Equal(code, TroubleWords.CodeOf(reason));

    [Fact]
    public void A_full_disk_is_told_apart_from_other_failures_of_storage()
    {
        Assert.Equal("NoSpace", FailureCounts.KindOf(new IOException("No space left on device : '/data/x'")));
        Assert.Equal("NoSpace", FailureCounts.KindOf(new IOException("quota", 122)));
        Assert.Equal("Io", FailureCounts.KindOf(new IOException("the server hung up")));
        Assert.Equal("Denied", FailureCounts.KindOf(new UnauthorizedAccessException()));
    }

    [Fact]
    public void A_snapshot_is_overdue_after_three_times_the_time_between_two()
    {
        var since = DateTimeOffset.UnixEpoch;
        Assert.Null(SnapshotWatch.Overdue(since, 30_000, since.AddSeconds(90)));
        Assert.Equal(since, SnapshotWatch.Overdue(since, 30_000, since.AddSeconds(90.1)));
        Assert.Null(SnapshotWatch.Overdue(null, 30_000, since.AddDays(1)));
    }
}
