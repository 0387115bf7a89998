using StreamGrains.Contracts.Control;

namespace StreamGrains.Control.Supervision;

/// <summary>One job's share of a process at one moment.</summary>
/// <param name="Slots">Slots that are here or are to be here.</param>
/// <param name="Partitions">Partitions of the slots that are open.</param>
/// <param name="Problem">Why no slot can run here, when that is so.</param>
public sealed record JobReport(IReadOnlyList<SlotStatus> Slots, IReadOnlyList<PartitionStatus> Partitions, string? Problem)
{
    /// <summary>The same partitions, with counts since they were opened here: what this process adds to counters that are summed over processes.</summary>
    public IReadOnlyList<PartitionStatus> Here { get; init; } = [];

    /// <summary>Nothing here.</summary>
    public static JobReport Empty { get; } = new([], [], null);
}
