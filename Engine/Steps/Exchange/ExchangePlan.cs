using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps.Exchange;

/// <summary>Ends the stage: rows go to the partition of their new key, through an internal topic of column blocks.</summary>
/// <param name="Id">Step id.</param>
/// <param name="Topic">Internal topic.</param>
/// <param name="KeyColumn">Column with the new key.</param>
/// <param name="Columns">Columns that later stages use, in the order of the block.</param>
public sealed record ExchangePlan(string Id, string Topic, int KeyColumn, IReadOnlyList<int> Columns) : StepPlan(Id)
{
    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    /// <inheritdoc/>
    public override StepPlan WithInternalTopic(Func<string, string> rename) => this with { Topic = rename(Topic) };

    internal override Operator Open(StepSetup at) => new ExchangeOperator(this, at);
}
