using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Filter;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Filter;

/// <summary><c>- filter: amount &gt; 0</c></summary>
internal sealed class FilterKind : StepKind<string, FilterPlan>
{
    public override string Name => "filter";

    protected override string? Of(StepSpec step) => step.Filter;

    protected override void Compile(JobDraft job, string path, string spec)
    {
        if (job.Condition(path, spec, out var syntax) is not { } condition) return;
        job.Stage.Steps.Add(new FilterPlan(job.Id(Name), condition));
        job.Lineage.Filter(job.Lineage.Of(syntax!));
        job.Fingerprint.Add($"filter {syntax}", keepsState: false);
    }

    protected override void Explain(Explanation text, FilterPlan plan, RowLayout rows) => text.Item(Name, plan.Condition.Text ?? "");
}
