using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Steps.Derive;

/// <summary>Computes columns, in order: a later one may read an earlier one.</summary>
public sealed record DerivePlan(string Id, IReadOnlyList<Assignment> Assignments) : StepPlan(Id)
{
    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    internal override Operator Open(StepSetup at) => new DeriveOperator(this);
}

/// <summary>Column <paramref name="Column"/> gets the value of <paramref name="Value"/>.</summary>
public sealed record Assignment(int Column, Expression Value);
