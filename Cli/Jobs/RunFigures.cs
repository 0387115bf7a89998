using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Cli.Jobs;

/// <summary>A running job at one moment, summed over its processors.</summary>
/// <param name="Elapsed">Since the start of the run.</param>
/// <param name="In">Records taken from the source.</param>
/// <param name="InRate">The same per second, since the moment before.</param>
/// <param name="Counts">Counts of all stages together.</param>
/// <param name="OutRate">Records written to sinks per second, since the moment before.</param>
/// <param name="Watermark">The smallest of the last stage, milliseconds since the epoch; <see cref="long.MinValue"/> before the first.</param>
/// <param name="Lag">Source records not yet taken; -1 when not known.</param>
/// <param name="HeldBack">Source offsets behind open transactions of whoever writes it.</param>
/// <param name="Replaying">Processors that still repeat what is committed.</param>
/// <param name="Stages">State of each stage.</param>
internal sealed record RunFigures(
    TimeSpan Elapsed, long In, double InRate, ProcessorCounts Counts, double OutRate, long Watermark, long Lag, long HeldBack, int Replaying, IReadOnlyList<StageState> Stages)
{
    /// <summary>State of all stages together.</summary>
    public StateSize State => Stages.Aggregate(default(StateSize), (sum, s) => sum + s.Size);
}

/// <summary>State of one stage.</summary>
internal sealed record StageState(string Name, StateSize Size)
{
    /// <summary>Bytes of state per key, 0 without keys.</summary>
    public double BytesPerKey => Size.Keys == 0 ? 0 : (double)Size.Bytes / Size.Keys;
}
