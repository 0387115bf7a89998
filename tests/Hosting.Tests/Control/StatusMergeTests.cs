using StreamGrains.Contracts.Control;
using StreamGrains.Hosting.Control;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Hosting.Tests.Control;

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
