using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Processing;

/// <summary>
/// The front of a stage: takes records, gives rows with their event times and watermarks, and keeps the partition's notion of time.
/// Owner: one <see cref="PartitionProcessor"/>, on its lane's thread.
/// </summary>
internal abstract class StageReader
{
    /// <summary>No event with an earlier time is expected any more; <see cref="long.MinValue"/> before the first.</summary>
    public long Watermark { get; protected set; } = long.MinValue;

    /// <summary>
    /// Takes records with offsets below <paramref name="before"/> from <paramref name="records"/> into the empty <paramref name="batch"/>: at most
    /// <paramref name="maxRecords"/>, and none with an event time above <paramref name="timeLimit"/>. Returns how many were taken, bad ones included.
    /// </summary>
    public abstract int Read(RecordBatch records, RowBatch batch, int maxRecords, long timeLimit, long before);

    public abstract void Save(SnapshotWriter writer);

    public abstract void Restore(SnapshotReader reader);
}
