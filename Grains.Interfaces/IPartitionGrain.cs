using Orleans.Concurrency;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// Owns the partitions of one slot of a job; its key is <c>job/slot</c>. The slot runs on lanes of the silo that the grain is active on, never in a grain turn, and leaves it cleanly when
/// the grain is deactivated. That it is active once is a convenience: what lets one owner write is the slot's transactional id.
/// </summary>
[Alias("StreamGrains.IPartitionGrain")]
public interface IPartitionGrain : IGrainWithStringKey
{
    /// <summary>The slot is to run, under this order; asked again with the same run this only tells how it is doing.</summary>
    [Alias("Run")]
    Task<SlotStanding> Run(SlotOrder order);

    /// <summary>The slot is to stop: it commits what it has, with a last snapshot. Completes when it has left.</summary>
    [Alias("Stop"), ResponseTimeout("00:02:00")]
    Task Stop();

    /// <summary>The slot is to run on another silo: it leaves this one cleanly, and the next call finds it there.</summary>
    [Alias("Move")]
    Task Move(SiloAddress target);

    /// <summary>How the slot and its partitions are doing.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<SlotDetail> Status();

    /// <summary>What the slot keeps for a key at the moment. Answered by the slot's lane; the grain only waits.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<Answer<QueryAnswer>> Find(string key);

    /// <summary>What the job said on this silo.</summary>
    [Alias("Log"), AlwaysInterleave]
    Task<JobLogLine[]> Log(long after, int most);
}

/// <summary>What a slot is to run.</summary>
/// <param name="Run">Grows with every spec and every generation of the job: a higher one takes the place of a lower one.</param>
/// <param name="Generation">Generation of the job.</param>
/// <param name="Submission">The spec.</param>
/// <param name="Standby">Warm copies of each slot's state, 0 or 1.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.SlotOrder")]
public sealed record SlotOrder([property: Id(0)] int Run, [property: Id(1)] int Generation, [property: Id(2)] JobSubmission Submission, [property: Id(3)] int Standby = 0);

/// <summary>Where a slot is and how it is doing.</summary>
/// <param name="Silo">Silo that it is on.</param>
/// <param name="Phase">Where it is.</param>
/// <param name="Problem">Why it cannot run, when that is so.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.SlotStanding")]
public sealed record SlotStanding([property: Id(0)] SiloAddress Silo, [property: Id(1)] SlotPhase Phase, [property: Id(2)] string? Problem);

/// <summary>A slot and its partitions.</summary>
/// <param name="Slot">The slot; null when it does not run.</param>
/// <param name="Partitions">Its partitions; empty until it is open.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.SlotDetail")]
public sealed record SlotDetail([property: Id(0)] SlotStatus? Slot, [property: Id(1)] PartitionStatus[] Partitions);
