using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Processing;

/// <summary>Keeps the rows for which a condition is true.</summary>
internal sealed class FilterOperator(FilterPlan plan) : Operator
{
    private readonly RowMask mask = new(plan.Condition);

    public override void Process(RowBatch batch)
    {
        batch.Keep(mask.Evaluate(batch));
        Next.Process(batch);
    }
}

/// <summary>Computes columns.</summary>
internal sealed class DeriveOperator(DerivePlan plan) : Operator
{
    private readonly Assignment[] assignments = [.. plan.Assignments.Select(a => a with { Value = a.Value.Copy() })];

    public override void Process(RowBatch batch)
    {
        foreach (var assignment in assignments) assignment.Value.Evaluate(batch, batch.Columns[assignment.Column]);
        Next.Process(batch);
    }
}

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

/// <summary>A condition evaluated to one flag per row; null is false.</summary>
internal sealed class RowMask(Expression condition)
{
    private readonly Expression condition = condition.Copy();
    private readonly Column result = new(ColumnType.Bool);
    private bool[] flags = [];

    public ReadOnlySpan<bool> Evaluate(RowBatch batch)
    {
        result.EnsureCapacity(batch.Count);
        if (flags.Length < batch.Count) flags = new bool[result.Longs.Length];
        condition.Evaluate(batch, result);
        for (var row = 0; row < batch.Count; row++) flags[row] = result.Longs[row] != 0 && !result.IsNull(row);
        return flags.AsSpan(0, batch.Count);
    }
}
