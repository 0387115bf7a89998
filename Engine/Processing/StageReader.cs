using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Journal;
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

    /// <summary>Every record that was taken, since the job first started.</summary>
    public InputTally Tally { get; private set; }

    /// <summary>Counts the first <paramref name="taken"/> of the records that wait.</summary>
    public void Count(Inbox records, int taken)
    {
        var tally = Tally;
        for (var i = 0; i < taken; i++) tally = tally.With(records[records.Next + i]);
        Tally = tally;
    }

    /// <summary>
    /// Takes records with offsets below <paramref name="before"/> from <paramref name="records"/> into the empty <paramref name="batch"/>: at most
    /// <paramref name="maxRecords"/>, and none with an event time above <paramref name="timeLimit"/>. Returns how many were taken, bad ones included.
    /// </summary>
    public abstract int Read(Inbox records, RowBatch batch, int maxRecords, long timeLimit, long before);

    /// <summary>Writes the reader's part of a snapshot: what it has counted, then its time.</summary>
    public void Save(SnapshotWriter writer)
    {
        writer.WriteInt64(Tally.Count);
        writer.WriteInt64((long)Tally.Hash);
        SaveTime(writer);
    }

    public void Restore(SnapshotReader reader)
    {
        Tally = new InputTally(reader.ReadInt64(), (ulong)reader.ReadInt64());
        RestoreTime(reader);
    }

    protected abstract void SaveTime(SnapshotWriter writer);

    protected abstract void RestoreTime(SnapshotReader reader);
}
