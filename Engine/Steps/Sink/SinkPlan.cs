using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Steps.Sink;

/// <summary>Writes rows to a topic; rows also go on to the next step.</summary>
/// <param name="Id">Step id.</param>
/// <param name="Topic">Topic name.</param>
/// <param name="Format">How values are written.</param>
/// <param name="When">Which rows; null for all.</param>
/// <param name="KeyColumn">Column whose text becomes the key, or -1 for no key.</param>
/// <param name="Fields">Columns to write, in order.</param>
public sealed record SinkPlan(string Id, string Topic, IRecordFormat Format, Expression? When, int KeyColumn, IReadOnlyList<int> Fields) : StepPlan(Id)
{
    /// <summary>Where the records of the topic go on to, which is then one of the job's own; null when others read the topic. Nothing to whoever writes it.</summary>
    public StreamTarget? Stream { get; init; }

    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [new(Topic, KeyColumn, Stream)];

    internal override Operator Open(StepSetup at) => new SinkOperator(this, at.Rows, at.Context);
}
