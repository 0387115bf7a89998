using StreamGrains.Engine.Processing;
using StreamGrains.Hosting.Lanes;

namespace StreamGrains.Hosting.Jobs;

/// <summary>One processor at one moment.</summary>
/// <param name="Id">Which processor.</param>
/// <param name="Topic">Topic it reads.</param>
/// <param name="Slot">Slot it belongs to.</param>
/// <param name="Position">Offset of the next record to take.</param>
/// <param name="Watermark">Its watermark, milliseconds since the epoch; <see cref="long.MinValue"/> before the first event.</param>
/// <param name="Replaying">Whether it still repeats what is committed already.</param>
/// <param name="Idle">Whether its partition is idle.</param>
/// <param name="State">Keys and bytes it keeps.</param>
/// <param name="Counts">What happened since it started.</param>
public sealed record ProcessorStatus(
    ProcessorId Id, string Topic, int Slot, long Position, long Watermark, bool Replaying, bool Idle, StateSize State, ProcessorCounts Counts)
{
    internal static ProcessorStatus Of(RunFeed feed)
    {
        var processor = feed.Run.Processor;
        return new ProcessorStatus(
            processor.Id, processor.Topic, feed.Host.Slot.Index, processor.Position, processor.Watermark, feed.Run.Replaying, feed.Idle, processor.StateSize, ProcessorCounts.Of(processor.Counters));
    }
}

/// <summary>Counts of one processor, or of several together.</summary>
/// <param name="RowsIn">Records taken, or rows of blocks.</param>
/// <param name="RowsOut">Records written to sinks.</param>
/// <param name="Late">Rows behind the watermark.</param>
/// <param name="Dropped">Late rows that no open window could take.</param>
/// <param name="Held">Rows that waited for the watermark.</param>
/// <param name="DeadLetters">Records that became dead letters.</param>
/// <param name="Scored">Rows scored.</param>
/// <param name="Runs">Model runs it took.</param>
public readonly record struct ProcessorCounts(long RowsIn, long RowsOut, long Late, long Dropped, long Held, long DeadLetters, long Scored, long Runs)
{
    internal static ProcessorCounts Of(ProcessorCounters c) => new(c.RowsIn, c.RowsOut, c.Late, c.Dropped, c.Held, c.DeadLetters, c.Scored, c.Runs);

    /// <summary>Both together.</summary>
    public static ProcessorCounts operator +(ProcessorCounts a, ProcessorCounts b) => new(
        a.RowsIn + b.RowsIn, a.RowsOut + b.RowsOut, a.Late + b.Late, a.Dropped + b.Dropped, a.Held + b.Held, a.DeadLetters + b.DeadLetters, a.Scored + b.Scored, a.Runs + b.Runs);
}
