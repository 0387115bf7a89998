using System.Diagnostics;
using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs;

/// <summary>What compiling gave: a plan, or every mistake found.</summary>
/// <param name="Plan">The plan; null when there are mistakes.</param>
/// <param name="Errors">Mistakes in the order of the text.</param>
public sealed record CompileResult(JobPlan? Plan, IReadOnlyList<SpecError> Errors);

/// <summary>Compiles a job spec to a plan. Any text is an answer: mistakes are returned, all at once, and nothing is thrown.</summary>
public static class JobCompiler
{
    /// <summary>Compiles the text of a spec, YAML or JSON.</summary>
    /// <param name="text">The spec.</param>
    /// <param name="fileName">Its name in messages.</param>
    /// <param name="overrides"><c>path=value</c> each: <c>commit.every=1s</c>, <c>steps[3].score.model=a.onnx</c>, <c>steps.score.model=a.onnx</c>.</param>
    /// <param name="models">Opens and checks the models; null leaves them unopened.</param>
    /// <param name="baseDirectory">Where relative model paths start.</param>
    /// <param name="host">Functions of the host program that expressions may call; default: none.</param>
    public static CompileResult Compile(string text, string fileName, IReadOnlyList<string> overrides, IModelCatalog? models, string baseDirectory, HostFunctions? host = null)
    {
        var errors = new SpecErrors(fileName);
        var root = SpecReader.Read(new(fileName, text.TrimStart('\uFEFF')), errors);
        if (root is not null)
            foreach (var item in overrides) root = SpecOverrides.Apply(root, item, errors);
        var spec = root is null ? null : new SpecBinder(errors).Bind(root);
        return spec is null ? new(null, errors.Sorted()) : Compile(spec, errors, models, baseDirectory, host);
    }

    /// <summary>Compiles a spec made in code; mistakes name the place in it.</summary>
    public static CompileResult Compile(JobSpec spec, IModelCatalog? models, string baseDirectory) =>
        Compile(spec, new SpecErrors(spec.Job), models, baseDirectory, host: null);

    private static CompileResult Compile(JobSpec spec, SpecErrors errors, IModelCatalog? models, string baseDirectory, HostFunctions? host)
    {
        JobSettings.Check(spec, errors);
        // The first pass lets every column cross every exchange and finds out which ones the later stages read; the second carries only those.
        var draft = new JobDraft(spec, errors, new ModelChecker(models, baseDirectory, errors), host, carried: null);
        StepWalk.Run(draft);
        if (!errors.None) return new(null, errors.Sorted());
        var final = new JobDraft(spec, errors, new ModelChecker(null, baseDirectory, errors), host, draft.Needed());
        StepWalk.Run(final);
        Debug.Assert(errors.None, "what the first pass accepted, the second does");
        return new(JobSettings.Plan(spec, final.Build(), final.Fingerprint.Hash()), []);
    }
}
