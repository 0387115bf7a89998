using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Control.Supervision;

/// <summary>A processor's status as clients see it.</summary>
internal static class PartitionReport
{
    /// <summary>With the job's counts.</summary>
    public static PartitionStatus Of(JobPlan plan, ProcessorStatus s, RateMeter<(ProcessorId, bool Out)> rates, EndWatch ends) => With(s.Committed, new()
    {
        Stage = s.Id.Stage,
        StageName = plan.Stages[s.Id.Stage].Name,
        Topic = s.Topic,
        Partition = s.Id.Partition,
        Slot = s.Slot,
        Position = s.Position,
        Lag = ends.Lag(new TopicPartition(s.Topic, s.Id.Partition), s.Position),
        HeldBack = ends.HeldBack(new TopicPartition(s.Topic, s.Id.Partition)),
        Watermark = EventTime.Of(s.Watermark),
        Replaying = s.Replaying,
        Idle = s.Idle,
        InPerSecond = rates.PerSecond((s.Id, false), s.Counts.RowsIn),
        OutPerSecond = rates.PerSecond((s.Id, true), s.Counts.RowsOut),
        Keys = s.State.Keys,
        StateBytes = s.State.Bytes,
    });

    /// <summary>The same with what happened since it was opened here.</summary>
    public static PartitionStatus Here(PartitionStatus status, ProcessorStatus s) => With(s.Counts, status);

    private static PartitionStatus With(ProcessorCounts counts, PartitionStatus status) =>
        status with { RowsIn = counts.RowsIn, RowsOut = counts.RowsOut, Late = counts.Late, DeadLetters = counts.DeadLetters, Scored = counts.Scored };
}
