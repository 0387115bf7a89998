using System.Diagnostics;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps.Exchange;

/// <summary>
/// Ends a stage: collects rows per partition of the internal topic and writes them as column blocks. Rows stay here no longer than the commit interval:
/// <see cref="Flush"/> runs before every commit, so nothing of it is state. Every target partition learns of this partition's watermark in every
/// interval in which it moved, with rows or without.
/// </summary>
internal sealed class ExchangeOperator : Operator
{
    private const int MaxRows = 8192;
    private const int MaxTextBytes = 256 * 1024, KeptTextBytes = 2 * MaxTextBytes;

    private readonly ExchangePlan plan;
    private readonly ProcessorContext context;
    private readonly int partition;
    private readonly RowBatch[] targets;
    private readonly long[] told;
    private long watermark = long.MinValue;

    public ExchangeOperator(ExchangePlan plan, StepSetup at)
    {
        ArgumentOutOfRangeException.ThrowIfZero(at.NextPartitions);
        this.plan = plan;
        context = at.Context;
        partition = at.Partition;
        var layout = new RowLayout([.. plan.Columns.Select(c => at.Rows.Columns[c])]);
        targets = [.. Enumerable.Range(0, at.NextPartitions).Select(_ => new RowBatch(layout))];
        told = new long[at.NextPartitions];
        Array.Fill(told, long.MinValue);
    }

    public override void Process(RowBatch batch)
    {
        Debug.Assert(batch.WatermarkAfter >= watermark || batch.WatermarkAfter == long.MinValue, "a watermark never goes back");
        watermark = Math.Max(watermark, batch.WatermarkAfter);
        if (!context.Emitting) return;
        var key = batch.Columns[plan.KeyColumn];
        for (var row = 0; row < batch.Count; row++)
        {
            var to = KeyHash.Partition(KeyHash.Of(batch, key, row), targets.Length);
            Append(batch, row, targets[to]);
            if (targets[to].Count >= MaxRows || targets[to].Text.Length >= MaxTextBytes) WriteBlock(to, batch.Watermark[row]);
        }
    }

    /// <summary>Writes what is pending into the interval's outputs. The slot calls it just before it freezes the interval.</summary>
    public override void Flush()
    {
        if (!context.Emitting) return;
        for (var to = 0; to < targets.Length; to++)
            if (targets[to].Count > 0 || told[to] != watermark) WriteBlock(to, watermark);
    }

    private void Append(RowBatch from, int row, RowBatch to)
    {
        to.EnsureCapacity(to.Count + 1);
        for (var c = 0; c < to.Columns.Length; c++) to.Columns[c].CopyFrom(from.Columns[plan.Columns[c]], row, from.Text, to.Count, to.Text);
        to.Time[to.Count] = from.Time[row];
        to.OriginPartition[to.Count] = from.OriginPartition[row];
        to.OriginOffset[to.Count] = from.OriginOffset[row];
        to.Count++;
    }

    private void WriteBlock(int to, long upTo)
    {
        var value = BlockWriter.Write(targets[to], partition, upTo, context.Output.Bytes);
        var time = targets[to].Count > 0 ? targets[to].Time[targets[to].Count - 1] : upTo;
        context.Output.Add(plan.Topic, to, time, OutputBuffer.Null, value);
        told[to] = upTo;
        targets[to].Clear();
        targets[to].Text.Release(KeptTextBytes);
    }
}
