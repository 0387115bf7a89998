using StreamGrains.Contracts.Steps;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.From;

/// <summary><c>- from: payments</c>: begins the first stage. It becomes that stage's input and no plan of its own.</summary>
internal sealed class FromKind : StepKind
{
    public override string Name => "from";

    public override bool Is(StepSpec step) => step.From is not null;

    public override void Compile(JobDraft job, string path, StepSpec step)
    {
        var (name, sources) = (step.From!, job.Spec.Sources);
        if (job.Step > 0)
        {
            job.Errors.Add(path, "a job has one 'from': its first step");
            return;
        }
        var meant = name;
        if (!sources.ContainsKey(name))
        {
            if (sources.Count == 0) job.Errors.Add("sources", "a job has a source");
            else job.Errors.Add(path, $"unknown source '{name}'", NearestName.Of(name, sources.Keys));
            // Going on with the source that was probably meant finds the mistakes of later steps as well.
            meant = NearestName.Of(name, sources.Keys) ?? (sources.Count == 1 ? sources.GetAt(0).Key : name);
        }
        job.Begin(new(0, meant) { Unknown = !sources.ContainsKey(meant) });
        foreach (var (other, source) in sources)
        {
            var compiler = new SourceCompiler(job.Spec.Job, job.Errors, $"sources.{other}", source);
            // A source that no step reads is checked like the others, in a stage that is thrown away.
            compiler.Compile(other == meant ? job.Stage : new StageBuilder(0, other));
            if (other == meant) job.Fingerprint.Add(compiler.Canonical(), keepsState: false);
        }
    }

    public override bool Explain(Explanation text, StepPlan plan, RowLayout rows) => false;
}
