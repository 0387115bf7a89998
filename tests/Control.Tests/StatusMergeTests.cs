using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Control.Tests;

public sealed class StatusMergeTests
{
    private static readonly JobRecord Job = new()
    {
        Job = "payments", Submission = new JobSubmission { Spec = "" }, SpecHash = "", Revision = 1, Fingerprint = "", Slots = 2, Submitted = DateTimeOffset.UnixEpoch, Wanted = true,
    };

    [Fact]
    public void A_slot_that_nobody_reports_has_no_owner_and_the_job_is_starting()
    {
        var status = StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Running))]);
        Assert.Equal([SlotPhase.Running, SlotPhase.Unowned], status.Slots.Select(s => s.Phase));
        Assert.Equal(JobPhase.Starting, status.Phase);
    }

    [Fact]
    public void A_job_runs_when_every_slot_does() =>
        Assert.Equal(JobPhase.Running, StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Running)), Reports("b", (1, SlotPhase.Running))]).Phase);

    [Fact]
    public void Of_two_that_report_a_slot_the_one_that_takes_it_counts()
    {
        var status = StatusMerge.Of(Job, [Reports("old", (0, SlotPhase.Leaving)), Reports("new", (0, SlotPhase.Opening))]);
        Assert.Equal("new", status.Slots[0].Owner);
    }

    [Fact]
    public void The_latest_failure_is_the_jobs_problem()
    {
        var status = StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Failed)), Reports("b", (1, SlotPhase.Running))]);
        Assert.Equal(JobPhase.Failing, status.Phase);
        Assert.Equal("slot 0: the disk is full", status.Problem);
    }

    [Fact]
    public void A_job_is_stalled_while_a_slot_commits_nothing_and_says_which_since_when_and_why()
    {
        SlotStatus stalled = new(1, SlotPhase.Stalled, "b", 3, null, null) { Stalled = new SlotDelay(DateTimeOffset.UnixEpoch.AddHours(1), "no broker answers") };

        var status = StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Running)), new JobReport([stalled], [], null)]);

        Assert.Equal((JobPhase.Stalled, "slot 1 is stalled since 1970-01-01 01:00:00: no broker answers"), (status.Phase, status.Problem));
        Assert.Equal(1, StatusMerge.Summary(status).Running);
        Assert.Equal(JobPhase.Failing, StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Failed)), new JobReport([stalled], [], null)]).Phase);
    }

    [Fact]
    public void A_slot_that_stands_still_here_and_is_taken_over_there_is_where_it_gets_on()
    {
        var status = StatusMerge.Of(Job, [Reports("old", (0, SlotPhase.Stalled)), Reports("new", (0, SlotPhase.Opening))]);
        Assert.Equal("new", status.Slots[0].Owner);
    }

    [Fact]
    public void A_snapshot_that_is_overdue_is_a_problem_of_a_job_that_runs()
    {
        SlotStatus late = new(1, SlotPhase.Running, "b", 3, null, null) { SnapshotOverdue = new SlotDelay(DateTimeOffset.UnixEpoch, "No space left on device") };

        var status = StatusMerge.Of(Job, [Reports("a", (0, SlotPhase.Running)), new JobReport([late], [], null)]);

        Assert.Equal((JobPhase.Running, "slot 1 has had no snapshot since 1970-01-01 00:00:00: No space left on device"), (status.Phase, status.Problem));
    }

    [Fact]
    public void A_job_that_is_to_stop_is_stopping_until_its_last_slot_has_left()
    {
        var stopped = Job with { Wanted = false };
        Assert.Equal(JobPhase.Stopping, StatusMerge.Of(stopped, [Reports("a", (0, SlotPhase.Leaving))]).Phase);
        Assert.Equal(JobPhase.Stopped, StatusMerge.Of(stopped, []).Phase);
    }

    [Fact]
    public void Lag_and_watermark_are_unknown_while_one_partitions_is()
    {
        var both = StatusMerge.Of(Job, [new JobReport([], [Partition(0, 5, 10), Partition(1, 7, 4)], null)]).Totals;
        Assert.Equal((12, DateTimeOffset.FromUnixTimeSeconds(4)), (both.Lag, both.Watermark));
        var one = StatusMerge.Of(Job, [new JobReport([], [Partition(0, 5, 10), Partition(1, null, null)], null)]).Totals;
        Assert.Null(one.Lag);
        Assert.Null(one.Watermark);
    }

    private static JobReport Reports(string owner, params (int Slot, SlotPhase Phase)[] slots) => new(
        [.. slots.Select(s => new SlotStatus(s.Slot, s.Phase, owner, 0, null, s.Phase == SlotPhase.Failed ? new SlotFailure(default, FailureKind.JobFailed, "the disk is full", default) : null))], [], null);

    private static PartitionStatus Partition(int number, long? lag, int? watermark) => new()
    {
        Stage = 0, StageName = "events", Topic = "events", Partition = number, Slot = 0, Position = 0, Lag = lag, Watermark = watermark is { } s ? DateTimeOffset.FromUnixTimeSeconds(s) : null,
    };
}
