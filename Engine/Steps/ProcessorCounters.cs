namespace StreamGrains.Engine.Steps;

/// <summary>
/// What happened in one partition processor since it started, counted while emission is on. Written on its lane's thread, read from any: single words, no torn reads.
/// </summary>
public sealed class ProcessorCounters
{
    /// <summary>Records or blocks' rows that were taken in.</summary>
    public long RowsIn;

    /// <summary>Records written to sinks.</summary>
    public long RowsOut;

    /// <summary>Rows that came behind the watermark.</summary>
    public long Late;

    /// <summary>Late rows that no open window could take; dropped unless the window sends them to a topic.</summary>
    public long Dropped;

    /// <summary>Rows that had to wait for the watermark because a delayed feature was not complete.</summary>
    public long Held;

    /// <summary>Records that became dead letters.</summary>
    public long DeadLetters;

    /// <summary>Rows scored, and runs of the model they took.</summary>
    public long Scored, Runs;
}
