using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Steps.Score;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Score;

/// <summary><c>- score: { model: fraud.onnx, features: [amount, spent_7d] }</c></summary>
internal sealed class ScoreKind : StepKind<ScoreSpec, ScorePlan>
{
    public override string Name => "score";

    protected override ScoreSpec? Of(StepSpec step) => step.Score;

    protected override void Compile(JobDraft job, string path, ScoreSpec spec)
    {
        var features = new List<int>();
        if (spec.Features.Count == 0) job.Errors.Add($"{path}.features", "'features' names at least one column");
        for (var i = 0; i < spec.Features.Count; i++) features.Add(Feature(job, $"{path}.features[{i}]", spec.Features[i]));
        if (spec.Output.Count == 0) job.Errors.Add($"{path}.output", "'output' has at least one column");
        if (spec.Model.Length == 0) job.Errors.Add($"{path}.model", "'model' names the ONNX file");
        job.Models.Check(path, spec);
        var outputs = spec.Output.Keys.Select(name => job.Declare($"{path}.output.{name}", name, ColumnType.Double, nullable: false)).ToList();
        job.Stage.Steps.Add(new ScorePlan(job.Id(Name), job.Models.PathOf(spec.Model), features, outputs, [.. spec.Output.Values]));
        foreach (var (name, from) in spec.Output) job.Lineage.Define(name, Lineage.Hash("score", from));
        job.Stage.Scored = true;
    }

    protected override void Explain(Explanation text, ScorePlan plan, RowLayout rows)
    {
        text.Item(Name, plan.File);
        text.More($"features: {Explanation.Names(rows, plan.Features)}");
        text.More("outputs: " + string.Join(", ", plan.Outputs.Select((o, i) => $"{Explanation.Column(rows, o)} = {plan.OutputNames[i]}")));
        if (text.Models is null) return;
        try
        {
            var model = text.Models.Open(plan.File);
            text.More($"the model takes {Values(model.Inputs)} and gives {Values(model.Outputs)}");
        }
        catch (ModelRefused refused)
        {
            text.More(refused.Message);
        }
    }

    private static int Feature(JobDraft job, string path, string name)
    {
        var column = job.Column(path, name);
        if (column?.Type is not { } type) return -1;
        var problem = type switch
        {
            ColumnType.String => $"a feature is a number or a bool; '{name}' is a string",
            ColumnType.Timestamp => $"a feature is a number or a bool; '{name}' is a timestamp, take hour({name}) or the like in a derive step",
            _ when column.Nullable =>
                $"a feature cannot be null, and '{name}' can; say what null counts as in a derive step: {Operators.Coalesced(name, type)}",
            _ => null,
        };
        if (problem is not null) job.Errors.Add(path, problem);
        return column.Index;
    }

    private static string Values(IEnumerable<ModelValue> values) => string.Join(", ", values.Select(v => $"{v.Name} {v.Description}"));
}
