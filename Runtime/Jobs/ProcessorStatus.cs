using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Runtime.Jobs;

/// <summary>One processor at one moment.</summary>
/// <param name="Id">Which processor.</param>
/// <param name="Topic">Topic it reads.</param>
/// <param name="Slot">Slot it belongs to.</param>
/// <param name="Position">Offset of the next record to take.</param>
/// <param name="Watermark">Its watermark, milliseconds since the epoch; <see cref="long.MinValue"/> before the first event.</param>
/// <param name="Replaying">Whether it still repeats what is committed already.</param>
/// <param name="Idle">Whether its partition is idle.</param>
/// <param name="State">Keys and bytes it keeps.</param>
/// <param name="Counts">What happened since it was opened here.</param>
/// <param name="Committed">What happened since the job first started, as of its last commit: never less than before.</param>
public sealed record ProcessorStatus(
    ProcessorId Id, string Topic, int Slot, long Position, long Watermark, bool Replaying, bool Idle, StateSize State, ProcessorCounts Counts,
    ProcessorCounts Committed);
