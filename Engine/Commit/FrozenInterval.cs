using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// One commit interval of one slot, closed and not yet known to have landed. Owner: the committer, from freeze to finish.
/// </summary>
/// <param name="Journal">The commit's journal record.</param>
/// <param name="JournalBytes">The same as bytes.</param>
/// <param name="Outputs">Everything the interval produced; kept as it is until the commit has landed.</param>
/// <param name="Offsets">Input offsets to commit with it.</param>
/// <param name="Images">State to snapshot as of this commit; usually none.</param>
public sealed record FrozenInterval(
    JournalRecord Journal, byte[] JournalBytes, OutputBuffer Outputs, IReadOnlyDictionary<TopicPartition, long> Offsets, IReadOnlyList<ProcessorImage> Images)
{
    /// <summary>Number of the commit.</summary>
    public long Sequence => Journal.Sequence;
}
