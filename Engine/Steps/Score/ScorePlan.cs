using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Steps.Score;

/// <summary>Scores every row with a model; failures per row become dead letters.</summary>
/// <param name="Id">Step id.</param>
/// <param name="File">Path of the model file.</param>
/// <param name="Features">Columns in the order the model takes them.</param>
/// <param name="Outputs">Column for each chosen output, in the order of <see cref="OutputNames"/>.</param>
/// <param name="OutputNames">What to take from the model: an output's name, <c>name[column]</c>, or <c>default</c> as in <see cref="IModel.Check"/>.</param>
public sealed record ScorePlan(
    string Id, string File, IReadOnlyList<int> Features, IReadOnlyList<int> Outputs, IReadOnlyList<string> OutputNames) : StepPlan(Id)
{
    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState? State(RowLayout rows) => null;

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    /// <inheritdoc/>
    public override string Model => File;

    /// <inheritdoc/>
    public override StepPlan WithModel(string path) => this with { File = path };

    internal override Operator Open(StepSetup at) => new ScoreOperator(this, at);
}
