using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.Processing;

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
    /// <summary>Every count, in the order of the journal's format.</summary>
    public IReadOnlyList<long> ToList() => [RowsIn, RowsOut, Late, Dropped, Held, DeadLetters, Scored, Runs];

    /// <summary>A reading of counters.</summary>
    public static ProcessorCounts Of(ProcessorCounters c) => new(c.RowsIn, c.RowsOut, c.Late, c.Dropped, c.Held, c.DeadLetters, c.Scored, c.Runs);

    /// <summary>Both together.</summary>
    public static ProcessorCounts operator +(ProcessorCounts a, ProcessorCounts b) => new(
        a.RowsIn + b.RowsIn, a.RowsOut + b.RowsOut, a.Late + b.Late, a.Dropped + b.Dropped, a.Held + b.Held, a.DeadLetters + b.DeadLetters, a.Scored + b.Scored, a.Runs + b.Runs);
}
