using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// What a savepoint holds: written last, so a savepoint with a manifest is whole. Kept as JSON beside the blobs that it names; docs/formats.md describes it.
/// </summary>
/// <param name="Version">Of this format, 2.</param>
/// <param name="Job">Name of the job.</param>
/// <param name="Id">Name of the savepoint.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Revision">Number of the spec that ran.</param>
/// <param name="Submission">That spec.</param>
/// <param name="Fingerprint">What decides the meaning of the state, hexadecimal.</param>
/// <param name="Partitions">Partitions of each stage's input.</param>
/// <param name="Processors">Every processor of the job.</param>
public sealed record SavepointManifest(
    int Version, string Job, string Id, DateTimeOffset At, int Revision, JobSubmission Submission, string Fingerprint, IReadOnlyList<int> Partitions, IReadOnlyList<SavedProcessor> Processors)
{
    public const int CurrentVersion = 2;

    /// <summary>What clients see of it.</summary>
    public Savepoint Describe() => new(Job, Id, At, Revision, Processors.Sum(p => p.StateBytes));
}

/// <summary>One processor in a savepoint.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Start">Sources: the offset at which the job first started.</param>
/// <param name="Position">Sources: the offset of the next record. Behind a re-key the blocks that were not taken yet are part of the savepoint.</param>
/// <param name="Watermark">Its watermark.</param>
/// <param name="State">Blob with its state; null for one that has none yet.</param>
/// <param name="StateBytes">Length of that blob.</param>
/// <param name="Waiting">Blob with the blocks that were not taken yet; null when there are none.</param>
/// <param name="Events">What happened since the state was frozen without a record; replay repeats it.</param>
/// <param name="Tally">Every record that it had taken.</param>
/// <param name="Counts">What had happened.</param>
public sealed record SavedProcessor(
    int Stage, int Partition, long Start, long Position, long Watermark, string? State, long StateBytes, string? Waiting, IReadOnlyList<SavedEvent> Events, InputTally Tally,
    ProcessorCounts Counts)
{
    public ProcessorId Id => new(Stage, Partition);
}

/// <summary>Something that happened to a processor without a record.</summary>
public sealed record SavedEvent(JournalEventKind Kind, long Watermark);
