using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps.Sample;

/// <summary>
/// Keeps the rows of a share of the keys: those whose hash is below a bound. A key is kept always or never, in every partition, run and version, and a larger share keeps all that a smaller one does.
/// </summary>
/// <param name="Id">Step id.</param>
/// <param name="KeyColumn">Column with the key: a long or a text, not null.</param>
/// <param name="Share">Share of the keys, above 0 and at most 1.</param>
public sealed record SamplePlan(string Id, int KeyColumn, double Share) : StepPlan(Id)
{
    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    internal override Operator Open(StepSetup at) => new SampleOperator(this);
}
