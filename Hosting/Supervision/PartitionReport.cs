using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Hosting.Jobs;
using StreamGrains.Hosting.Queries;

namespace StreamGrains.Hosting.Supervision;

/// <summary>A processor's status as clients see it.</summary>
internal static class PartitionReport
{
    public static PartitionStatus Of(JobPlan plan, ProcessorStatus s, RateMeter<(ProcessorId, bool Out)> rates, EndWatch ends) => new()
    {
        Stage = s.Id.Stage,
        StageName = plan.Stages[s.Id.Stage].Name,
        Topic = s.Topic,
        Partition = s.Id.Partition,
        Slot = s.Slot,
        Position = s.Position,
        Lag = ends.Lag(new TopicSlice(s.Topic, s.Id.Partition), s.Position),
        Watermark = EventTime.Of(s.Watermark),
        Replaying = s.Replaying,
        Idle = s.Idle,
        RowsIn = s.Counts.RowsIn,
        RowsOut = s.Counts.RowsOut,
        InPerSecond = rates.PerSecond((s.Id, false), s.Counts.RowsIn),
        OutPerSecond = rates.PerSecond((s.Id, true), s.Counts.RowsOut),
        Late = s.Counts.Late,
        DeadLetters = s.Counts.DeadLetters,
        Scored = s.Counts.Scored,
        Keys = s.State.Keys,
        StateBytes = s.State.Bytes,
    };
}
