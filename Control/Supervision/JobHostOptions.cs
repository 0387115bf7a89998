using StreamGrains.Contracts.Control;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Control.Supervision;

/// <summary>How this process runs jobs.</summary>
public sealed record JobHostOptions
{
    /// <summary>Name of this process, shown as the owner of its slots.</summary>
    public required string Owner { get; init; }

    /// <summary>Lanes (threads) of each job; default: processor cores.</summary>
    public int Lanes { get; init; } = Environment.ProcessorCount;

    /// <summary>Bound of what waits in memory, of all jobs together; default: one of <see cref="BufferBudget.DefaultBytes"/>.</summary>
    public BufferBudget Buffers { get; init; } = new(BufferBudget.DefaultBytes);

    /// <summary>How long a slot that is to leave may take for its last commit and snapshot; default 10 seconds. What is not committed by then is replayed by the next owner.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Clock; default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told every line that a job says, with the job's name; default: nobody.</summary>
    public Action<string, JobLogLine> Told { get; init; } = (_, _) => { };
}
