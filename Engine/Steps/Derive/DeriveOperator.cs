using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps.Derive;

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
