using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Control;

/// <summary>A job's status from what its processes report. Pure.</summary>
public static class StatusMerge
{
    /// <summary>Everything about a job.</summary>
    public static JobStatus Of(JobRecord record, IReadOnlyList<JobReport> reports)
    {
        var slots = Enumerable.Range(0, record.Slots).Select(slot => SlotOf(record, slot, reports)).ToList();
        var partitions = reports.SelectMany(r => r.Partitions).OrderBy(p => p.Stage).ThenBy(p => p.Partition).ToList();
        return new JobStatus
        {
            Job = record.Job,
            Phase = PhaseOf(record, slots),
            Revision = record.Revision,
            SpecHash = record.SpecHash,
            Submitted = record.Submitted,
            Problem = ProblemOf(slots),
            Totals = TotalsOf(partitions),
            Slots = slots,
            Partitions = partitions,
        };
    }

    /// <summary>The same in a line.</summary>
    public static JobSummary Summary(JobStatus status) =>
        new(status.Job, status.Phase, status.Revision, status.Slots.Count, status.Slots.Count(s => s.Phase == SlotPhase.Running), status.Problem);

    /// <summary>For a moment two processes may report a slot, one that leaves it and one that takes it: the one that does more with it counts.</summary>
    private static SlotStatus SlotOf(JobRecord record, int slot, IReadOnlyList<JobReport> reports) =>
        reports.SelectMany(r => r.Slots).Where(s => s.Slot == slot).MaxBy(s => s.Phase switch
        {
            SlotPhase.Running => 6,
            SlotPhase.Replaying => 5,
            SlotPhase.Opening => 4,
            SlotPhase.Stalled => 3,
            SlotPhase.Failed => 2,
            _ => 1,
        }) ?? new SlotStatus(slot, record.Wanted ? SlotPhase.Unowned : SlotPhase.Stopped, null, 0, null, null);

    private static JobPhase PhaseOf(JobRecord record, List<SlotStatus> slots)
    {
        if (!record.Wanted) return slots.All(s => s.Phase == SlotPhase.Stopped) ? JobPhase.Stopped : JobPhase.Stopping;
        if (slots.Any(s => s.Phase == SlotPhase.Failed)) return JobPhase.Failing;
        if (slots.Any(s => s.Phase == SlotPhase.Stalled)) return JobPhase.Stalled;
        return slots.All(s => s.Phase == SlotPhase.Running) ? JobPhase.Running : JobPhase.Starting;
    }

    /// <summary>The worst first: what failed last, what has stood still longest, what a restart would replay furthest.</summary>
    private static string? ProblemOf(List<SlotStatus> slots)
    {
        if (slots.Where(s => s.Phase == SlotPhase.Failed).MaxBy(s => s.LastFailure?.At) is { LastFailure: { } failure } failed) return $"slot {failed.Slot}: {failure.Message}";
        if (slots.Where(s => s.Stalled is not null).MinBy(s => s.Stalled!.Since) is { } stalled) return $"slot {stalled.Slot} is stalled since {Text(stalled.Stalled!)}";
        return slots.Where(s => s.SnapshotOverdue is not null).MinBy(s => s.SnapshotOverdue!.Since) is { } late ? $"slot {late.Slot} has had no snapshot since {Text(late.SnapshotOverdue!)}" : null;
    }

    private static string Text(SlotDelay delay) => string.Create(CultureInfo.InvariantCulture, $"{delay.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}: {delay.Reason}");

    /// <summary>A row that is late in several stages counts once: those of the stage that has most of them.</summary>
    private static long LateOf(List<PartitionStatus> partitions) => partitions.GroupBy(p => p.Stage).Select(stage => stage.Sum(p => p.Late)).DefaultIfEmpty(0).Max();

    private static JobTotals TotalsOf(List<PartitionStatus> partitions)
    {
        var sources = partitions.Where(p => p.Stage == 0).ToList();
        var last = partitions.Where(p => p.Stage == partitions[^1].Stage).ToList();
        return new JobTotals(
            sources.Sum(p => p.RowsIn), partitions.Sum(p => p.RowsOut), sources.Sum(p => p.InPerSecond), partitions.Sum(p => p.OutPerSecond),
            sources.Count > 0 && sources.All(p => p.Lag is not null) ? sources.Sum(p => p.Lag) : null,
            last.All(p => p.Watermark is not null) ? last.Min(p => p.Watermark) : null,
            LateOf(partitions), partitions.Sum(p => p.DeadLetters), partitions.Sum(p => p.Keys), partitions.Sum(p => p.StateBytes));
    }
}
