using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps.Sink;

/// <summary>Writes rows to a topic and lets them pass.</summary>
internal sealed class SinkOperator(SinkPlan plan, RowLayout layout, ProcessorContext context) : Operator
{
    private readonly SinkWriter writer = new(plan, layout, context);
    private readonly RowMask? when = plan.When is null ? null : new RowMask(plan.When);

    public override void Process(RowBatch batch)
    {
        if (context.Emitting)
        {
            var wanted = when is null ? default : when.Evaluate(batch);
            for (var row = 0; row < batch.Count; row++)
                if (when is null || wanted[row]) writer.Write(batch, row);
        }
        Next.Process(batch);
    }
}
