using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>A process's steady clock: the scheduler's time, and what it has jumped ahead by.</summary>
internal sealed class SimClock(Scheduler scheduler) : TimeProvider
{
    public long Ahead { get; set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => scheduler.Now + Ahead;
}
