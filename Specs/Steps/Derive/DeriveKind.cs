using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Derive;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Derive;

/// <summary><c>- derive: { cents: amount * 100 }</c></summary>
internal sealed class DeriveKind : StepKind<OrderedDictionary<string, string>, DerivePlan>
{
    public override string Name => "derive";

    protected override OrderedDictionary<string, string>? Of(StepSpec step) => step.Derive;

    protected override void Compile(JobDraft job, string path, OrderedDictionary<string, string> spec)
    {
        var assignments = new List<Assignment>();
        if (spec.Count == 0) job.Errors.Add(path, "'derive' has at least one column");
        foreach (var (name, text) in spec)
        {
            var value = job.Expression($"{path}.{name}", text, out var syntax);
            var column = job.Declare($"{path}.{name}", name, value?.Type, value?.Nullable ?? true);
            if (value is not null) assignments.Add(new(column, value));
            if (syntax is not null) job.Lineage.Define(name, job.Lineage.Of(syntax));
            job.Fingerprint.Add($"derive {name} {syntax}", keepsState: false);
        }
        job.Stage.Steps.Add(new DerivePlan(job.Id(Name), assignments));
    }

    protected override void Explain(Explanation text, DerivePlan plan, RowLayout rows) =>
        text.Items(Name, plan.Assignments.Select(a => $"{Explanation.Column(rows, a.Column)} = {a.Value.Text}"));
}
