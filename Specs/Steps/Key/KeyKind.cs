using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Key;

/// <summary><c>- key: customer</c>: ends the stage, and begins the next one behind an internal topic.</summary>
internal sealed class KeyKind : StepKind<string, ExchangePlan>
{
    public override string Name => "key";

    protected override string? Of(StepSpec step) => step.Key;

    protected override void Compile(JobDraft job, string path, string spec)
    {
        // Rows written before a crash stay in the internal topic without a transaction, and state behind it would count them twice.
        if (job.Spec.Guarantee == DeliveryGuarantee.AtLeastOnce)
            job.Errors.Add("guarantee", "'at-least-once' does not go with a 'key' step: what is written to the internal topic must be committed as one; use exactly-once");
        var column = job.Column(path, spec);
        if (column is not null && Rules.KeyProblem(column) is { } problem) job.Errors.Add(path, problem);
        if (job.Stage.Key == spec) job.Errors.Add(path, $"rows are already together by '{spec}'; take this step out");
        var topic = job.Topics.By(spec);

        var (from, next) = (job.Stage, new StageBuilder(job.Stages, spec) { Key = spec, Unknown = job.Stage.Unknown });
        var crossing = from.Scope.Columns.Where(c => c.Name == spec || job.Crosses(c.Name, next.Index)).ToList();
        next.Lineage.Begin(Lineage.Hash("key", from.Lineage.Rows, from.Lineage.Column(spec)));
        foreach (var c in crossing)
        {
            next.Declare(c.Name, c.Type, c.Nullable);
            next.Lineage.Define(c.Name, from.Lineage.Column(c.Name));
        }
        next.SetInput(new ExchangeInput(topic, from.Index, [.. Enumerable.Range(0, crossing.Count)]) { StateFingerprint = from.Lineage.Column(spec) });
        from.Steps.Add(new ExchangePlan(job.Id(Name), topic, column?.Index ?? -1, [.. crossing.Select(c => c.Index)]));
        job.Begin(next);
        job.Fingerprint.Add($"key {spec}: {string.Join(", ", crossing.Select(c => $"{c.Name} {c.Type} {c.Nullable}"))}", keepsState: true);
    }

    protected override void Explain(Explanation text, ExchangePlan plan, RowLayout rows)
    {
        text.Item(Name, $"{rows.Columns[plan.KeyColumn].Name}, through {text.Topic(plan.Topic)}");
        text.More($"carries {Explanation.Names(rows, plan.Columns)}");
    }
}
