using StreamGrains.Engine.Encode;

namespace StreamGrains.Engine.Steps;

/// <summary>
/// What the operators of one processor share: where outputs go, whether they go at all, and the counters. Owner: the partition processor.
/// </summary>
internal sealed class ProcessorContext(string stage)
{
    /// <summary>Name of the stage, for dead letters.</summary>
    public string Stage { get; } = stage;

    /// <summary>Outputs of the open interval; the slot puts another in place at each commit.</summary>
    public required OutputBuffer Output { get; set; }

    /// <summary>False during replay: the outputs of these rows are in Kafka already.</summary>
    public bool Emitting { get; set; } = true;

    public ProcessorCounters Counters { get; } = new();

    private bool lateIsCounted;

    /// <summary>Whether a step is to count late rows: the first one of the stage that can tell does, so that no row counts twice.</summary>
    public bool ClaimLate()
    {
        var first = !lateIsCounted;
        lateIsCounted = true;
        return first;
    }
}
