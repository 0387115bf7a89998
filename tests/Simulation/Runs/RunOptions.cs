using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>One run: the seed decides everything that is not said here.</summary>
internal sealed record RunOptions(ulong Seed)
{
    public Mutation Mutation { get; init; }

    public bool Trace { get; init; }

    /// <summary>Faults that may strike; null for all that the seed wants.</summary>
    public IReadOnlySet<FaultId>? Only { get; init; }

    /// <summary>Only so many of the workload's first records; null for all.</summary>
    public int? Records { get; init; }
}

/// <summary>What came of a run.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Broken">What an oracle says, in words; null when all is well.</param>
/// <param name="Struck">Faults, in order.</param>
/// <param name="FaultCounts">How often each kind struck.</param>
/// <param name="Edges">How often each of <see cref="Edge"/> was reached.</param>
/// <param name="Records">Source records.</param>
/// <param name="Digest">Hash of everything that happened.</param>
/// <param name="Trace">What happened, in words, if it was asked for.</param>
internal sealed record RunResult(
    ulong Seed, string? Broken, IReadOnlyList<FaultId> Struck, int[] FaultCounts, int[] Edges, int Records, ulong Digest, IReadOnlyList<string> Trace)
{
    /// <summary>Time in the simulated world, in milliseconds, and steps that it took.</summary>
    public (long SimulatedMs, long Steps) Cost { get; init; }
}
