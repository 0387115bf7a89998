using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Steps.Sink;

/// <summary>Writes single rows to a sink's topic, in the sink's format. Owner: one operator.</summary>
internal sealed class SinkWriter(SinkPlan plan, RowLayout layout, ProcessorContext context)
{
    private readonly RowEncoder encoder = plan.Format.Encoder(layout, plan.Fields);

    /// <summary>Appends the row to the open interval's outputs, unless this is replay.</summary>
    public void Write(RowBatch batch, int row)
    {
        if (!context.Emitting) return;
        var output = context.Output;
        var key = plan.KeyColumn < 0 || batch.Columns[plan.KeyColumn].IsNull(row) ? OutputBuffer.Null : WriteKey(batch, row, output);
        output.Add(plan.Topic, -1, batch.Time[row], key, encoder.Encode(batch, row, output.Bytes), default, new OutputOrigin(batch.OriginPartition[row], batch.OriginOffset[row]));
        context.Counters.RowsOut++;
    }

    private ByteSlice WriteKey(RowBatch batch, int row, OutputBuffer output)
    {
        var column = batch.Columns[plan.KeyColumn];
        if (column.Type == ColumnType.String) return output.Bytes.Append(batch.Text[column.Texts[row]]);
        return output.Bytes.Take(ValueText.Write(column, row, output.Bytes.Reserve(ValueText.MaxNumber)));
    }
}
