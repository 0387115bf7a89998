using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Steps.Filter;

/// <summary>Keeps the rows for which the condition is true (null counts as false).</summary>
public sealed record FilterPlan(string Id, Expression Condition) : StepPlan(Id)
{
    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    internal override Operator Open(StepSetup at) => new FilterOperator(this);
}
