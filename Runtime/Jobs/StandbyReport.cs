namespace StreamGrains.Runtime.Jobs;

/// <summary>A warm copy of a slot's state, as the process that keeps it reports it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Commits">Number of the last commit that it knows of.</param>
/// <param name="Behind">Offsets between it and that commit.</param>
public sealed record StandbyReport(int Slot, long Commits, long Behind);
