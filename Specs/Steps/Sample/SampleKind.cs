using System.Globalization;
using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Sample;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Sample;

/// <summary><c>- sample: { share: 10%, by: customer }</c></summary>
internal sealed class SampleKind : StepKind<SampleSpec, SamplePlan>
{
    public override string Name => "sample";

    protected override SampleSpec? Of(StepSpec step) => step.Sample;

    protected override void Compile(JobDraft job, string path, SampleSpec spec)
    {
        var share = Share($"{path}.share", job, spec.Share);
        var by = spec.By ?? job.Stage.Key;
        if (by is null) job.Errors.Add(path, "the rows have no key here; say which column the keys are in: by: COLUMN");
        var column = by is null ? null : job.Column($"{path}.by", by);
        if (column is not null && Rules.KeyProblem(column) is { } problem) job.Errors.Add($"{path}.by", problem);
        if (by is not null) job.Lineage.Filter(Lineage.Hash("sample", job.Lineage.Column(by), share));
        job.Fingerprint.Add(FormattableString.Invariant($"sample {by} {share}"), keepsState: false);
        job.Stage.Steps.Add(new SamplePlan(job.Id(Name), column?.Index ?? -1, share));
    }

    protected override void Explain(Explanation text, SamplePlan plan, RowLayout rows) =>
        text.Item(Name, string.Create(CultureInfo.InvariantCulture, $"the rows of {plan.Share * 100:0.######}% of the keys in {rows.Columns[plan.KeyColumn].Name}"));

    private static double Share(string path, JobDraft job, string text)
    {
        var number = text.EndsWith('%') ? text[..^1] : "";
        if (decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100) return (double)(percent / 100);
        job.Errors.Add(path, "a share is above 0% and at most 100%, such as 10% or 0.5%");
        return 1;
    }
}
