using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps.Filter;

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
