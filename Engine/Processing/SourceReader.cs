using StreamGrains.Engine.Columns;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Processing;

/// <summary>Reads source records: decodes, gives times, makes dead letters of what will not decode.</summary>
internal sealed class SourceReader(SourceInput source, int partition, DeadLetterWriter deadLetters) : StageReader
{
    private readonly RecordDecoder decoder = new(source);
    private long latest = long.MinValue;
    // Not state: how far the reader looked ahead depends on the limits that it met.
    private long heldBack = long.MinValue, heldOffset = -1;

    /// <summary>The largest event time so far, or the time of the next record once a limit held it back; <see cref="long.MinValue"/> before the first.</summary>
    public long Progress => Math.Max(latest, heldBack);

    /// <summary>The watermark came from the others, as an idle partition's does, and no record has overtaken it since.</summary>
    public bool FollowsOthers => Watermark > (latest == long.MinValue ? long.MinValue : latest - source.WatermarkDelayMs);

    public override int Read(Inbox records, RowBatch batch, int maxRecords, long timeLimit, long before)
    {
        var taken = 0;
        batch.EnsureCapacity(Math.Min(maxRecords, records.Remaining));
        for (; taken < maxRecords && taken < records.Remaining; taken++)
        {
            var record = records[records.Next + taken];
            if (record.Offset >= before || Holds(record, timeLimit)) break;
            var row = batch.Count;
            var fault = decoder.Decode(records, record, batch, row);
            if (fault.IsFault)
            {
                deadLetters.Write(records, record, partition, fault.Describe(source.Fields));
                continue;
            }
            var time = batch.Time[row];
            if (time > timeLimit)
            {
                (heldBack, heldOffset) = (time, record.Offset);
                break;
            }
            latest = Math.Max(latest, time);
            batch.Watermark[row] = Watermark;
            batch.OriginPartition[row] = partition;
            batch.OriginOffset[row] = record.Offset;
            batch.Count++;
            Advance(time - source.WatermarkDelayMs);
        }
        batch.WatermarkAfter = Watermark;
        return taken;
    }

    /// <summary>Whether the next record was found to be later than that.</summary>
    public bool Holds(in RawRecord next, long timeLimit) => next.Offset == heldOffset && heldBack > timeLimit;

    /// <summary>Moves the watermark forward without a record: an idle partition follows the others.</summary>
    public void Advance(long watermark) => Watermark = Math.Max(Watermark, watermark);

    protected override void SaveTime(SnapshotWriter writer)
    {
        writer.WriteInt64(Watermark);
        writer.WriteInt64(latest);
    }

    protected override void RestoreTime(SnapshotReader reader)
    {
        Watermark = reader.ReadInt64();
        latest = reader.ReadInt64();
    }
}
