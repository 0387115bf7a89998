using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Hosting.Jobs;

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
        Watermark = TimeOf(s.Watermark),
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

    /// <summary>A time of events; null for those before all events and behind all times that there are.</summary>
    public static DateTimeOffset? TimeOf(long milliseconds) =>
        milliseconds is >= -62_135_596_800_000 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}
