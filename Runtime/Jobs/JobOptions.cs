using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Jobs;

/// <summary>How a job runs in this process.</summary>
public sealed record JobOptions
{
    /// <summary>Number of lanes (threads); default: processor cores. Never more than there are slots.</summary>
    public int Lanes { get; init; } = Environment.ProcessorCount;

    /// <summary>End when every source partition has reached the end that it had at the start and all stages have drained; default: run until stopped.</summary>
    public bool UntilEnd { get; init; }

    /// <summary>After a stop, how long to wait for the last commits; default 10 seconds. What is not committed by then is replayed at the next start.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bound of what waits in memory, which jobs of one process share; default: one of this job alone, of <see cref="BufferBudget.DefaultBytes"/>.</summary>
    public BufferBudget Buffers { get; init; } = new(BufferBudget.DefaultBytes);

    /// <summary>Told what a person should know and need not act on; default: nobody.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    /// <summary>Told what a person should look at, because something does not get on; default: as <see cref="Notice"/>.</summary>
    public Action<string>? Warning { get; init; }

    /// <summary>
    /// The processes that share the job, which decide together which slots this one runs; default: nobody else, this process runs all slots.
    /// Not with <see cref="UntilEnd"/>.
    /// </summary>
    public ISlotMembership? Members { get; init; }

    /// <summary>A slot that has committed nothing for so long writes its group's offsets again, before they expire (a day is the least that Kafka's own tools set); default one hour.</summary>
    internal TimeSpan OffsetRefresh { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Clock; default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the workers on which disks and brokers are waited for, by name; default: a thread each.</summary>
    internal Func<string, IWorker> Workers { get; init; } = name => new ThreadWorker(name, name is "snapshots" or "housekeeper" ? ThreadPriority.BelowNormal : ThreadPriority.Normal);

    /// <summary>Counts what failed and is tried again; default: counts of this run alone.</summary>
    public FailureCounts Failures { get; init; } = new();

    /// <summary>Makes the id of an activation; default: random.</summary>
    internal Func<Guid> NewOwner { get; init; } = Guid.NewGuid;
}
