using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Stages;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Steps.Rolling;

/// <summary><c>- rolling: { spent_7d: sum(amount) over 7d }</c></summary>
internal sealed class RollingKind : StepKind<OrderedDictionary<string, string>, RollingPlan>
{
    public override string Name => "rolling";

    protected override OrderedDictionary<string, string>? Of(StepSpec step) => step.Rolling;

    protected override void Compile(JobDraft job, string path, OrderedDictionary<string, string> spec)
    {
        var key = Rules.StateKey(job, path, Name);
        if (spec.Count == 0) job.Errors.Add(path, "'rolling' has at least one column");
        var aggregates = new AggregateColumns<RollingSyntax>(job, path, spec, Parser.Rolling, s => s.Call);
        foreach (var column in aggregates.Columns)
            if (column.Syntax is { OverMs: 0 }) job.Report(column.Path)(0, "'over' is longer than 0");

        var lineage = job.Lineage;
        var meanings = aggregates.Columns
            .Select(c => c.Syntax is { } s ? Lineage.Hash("rolling", lineage.Rows, Rules.KeyMeaning(job), lineage.Of(s.Call), s.OverMs, s.DelayMs) : 0).ToList();
        var features = new List<RollingFeature>();
        foreach (var ((name, at, syntax, aggregate), meaning) in aggregates.Columns.Zip(meanings))
        {
            lineage.Define(name, meaning);
            var mayBeEmpty = aggregate is { Function.IsNullOfNothing: true } && syntax!.DelayMs > 0;
            var column = job.Declare(at, name, aggregate?.Type, mayBeEmpty);
            if (aggregate is not null) features.Add(new(column, aggregate.Function, aggregate.Value, syntax!.OverMs, syntax.DelayMs));
            job.Fingerprint.Add($"rolling {name} {syntax?.Call} {syntax?.OverMs} {syntax?.DelayMs}", keepsState: true);
        }
        job.Stage.Steps.Add(new RollingPlan(job.Id(Name), key, aggregates.Values, features) { StateFingerprint = Lineage.Hash(meanings.Select(m => (object)m)) });
    }

    protected override void Explain(Explanation text, RollingPlan plan, RowLayout rows)
    {
        text.Items(Name, plan.Features.Select(f => $"{Explanation.Column(rows, f.Column)} = {Aggregates.Text(f.Function, plan.Values, f.Value)} over {Explanation.Time(f.OverMs)}"
            + (f.DelayMs > 0 ? $" delayed {Explanation.Time(f.DelayMs)}" : "")));
        var kept = plan.Values.Count == 0 ? "its time" : "its time, " + string.Join(", ", plan.Values.Select(v => v.Text));
        text.More($"state per {rows.Columns[plan.KeyColumn].Name}: every event of the last {Explanation.Time(plan.Features.Max(f => f.OverMs + f.DelayMs))}: {kept}");
    }
}
