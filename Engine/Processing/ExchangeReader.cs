using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Processing;

/// <summary>
/// Reads column blocks. The watermark is the smallest of all upstream partitions'; it moves between blocks, never within one.
/// </summary>
internal sealed class ExchangeReader : StageReader
{
    private readonly ExchangeInput input;
    private readonly long[] watermarks;

    public ExchangeReader(ExchangeInput input, int upstreamPartitions)
    {
        this.input = input;
        watermarks = new long[upstreamPartitions];
        Array.Fill(watermarks, long.MinValue);
    }

    /// <summary>The last watermark heard of each upstream partition.</summary>
    public ReadOnlySpan<long> Upstream => watermarks;

    /// <summary>Takes one block: a block is one unit of order. A block that this version cannot read means that the topic is not ours.</summary>
    public override int Read(Inbox records, RowBatch batch, int maxRecords, long timeLimit, long before)
    {
        batch.WatermarkAfter = Watermark;
        if (records.Remaining == 0) return 0;
        var record = records[records.Next];
        if (record.Offset >= before) return 0;
        if (record.Value.Length < 0 || !BlockReader.TryRead(records.Bytes[record.Value], batch, input.Columns, out var header)
            || (uint)header.UpstreamPartition >= (uint)watermarks.Length)
        {
            throw new JobFailed(
                $"offset {record.Offset} of internal topic '{input.Topic}' is not a column block of this job. Something else wrote to the topic, or the job was changed: reset the job.");
        }
        for (var row = 0; row < batch.Count; row++) batch.Watermark[row] = Watermark;
        watermarks[header.UpstreamPartition] = Math.Max(watermarks[header.UpstreamPartition], header.Watermark);
        Watermark = Math.Max(Watermark, watermarks.Min());
        batch.WatermarkAfter = Watermark;
        return 1;
    }

    protected override void SaveTime(SnapshotWriter writer)
    {
        writer.WriteInt32(watermarks.Length);
        foreach (var watermark in watermarks) writer.WriteInt64(watermark);
    }

    protected override void RestoreTime(SnapshotReader reader)
    {
        reader.ReadCount(watermarks.Length, "upstream partitions");
        for (var i = 0; i < watermarks.Length; i++) watermarks[i] = reader.ReadInt64();
        Watermark = watermarks.Min();
    }
}
