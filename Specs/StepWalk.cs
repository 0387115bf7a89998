using StreamGrains.Contracts.Steps;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs;

/// <summary>Walks the steps of a spec once, each checked and added to its stage by its kind.</summary>
internal static class StepWalk
{
    /// <summary>Compiles every step.</summary>
    public static void Run(JobDraft job)
    {
        var steps = job.Spec.Steps;
        for (job.Step = 0; job.Step < steps.Count; job.Step++) Step(job, $"steps[{job.Step}]", steps[job.Step]);
        if (steps.Count == 0) job.Errors.Add("steps", "a job has steps, beginning with 'from'");
        else if (!steps.Any(s => StepKinds.All.Any(k => k.Writes && k.Is(s)))) job.Errors.Add("steps", "the job writes nothing: add a 'to' step");
    }

    private static void Step(JobDraft job, string path, StepSpec step)
    {
        var kinds = StepKinds.All.Where(k => k.Is(step)).ToList();
        if (job.Stages == 0 && (kinds.Count != 1 || kinds[0].Name != "from"))
        {
            // Nothing is known about the columns of a job that does not begin with from, so nothing is said about them.
            job.Errors.Add(path, "the first step is 'from', with the name of a source");
            job.Begin(new(0, "") { Unknown = true });
        }
        if (kinds.Count > 1) job.Errors.Add(path, $"one step does one thing; begin each of {string.Join(", ", kinds.Select(k => k.Name))} with '- '");
        else if (kinds.Count == 0) job.Errors.Add(path, "a step is one of " + string.Join(", ", StepKinds.All.Select(k => k.Name)));
        foreach (var kind in kinds) kind.Compile(job, $"{path}.{kind.Name}", step);
    }
}
