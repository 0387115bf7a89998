using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps;

/// <summary>A kind of step, between what a user writes and the engine's plan. One object serves all jobs, and keeps nothing.</summary>
internal abstract class StepKind
{
    /// <summary>Name in specs, which is that of its property of <see cref="StepSpec"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it writes results.</summary>
    public virtual bool Writes => false;

    /// <summary>Whether a step is one of this kind.</summary>
    public abstract bool Is(StepSpec step);

    /// <summary>Checks the step at a path, all of it, and adds it to its stage.</summary>
    public abstract void Compile(JobDraft job, string path, StepSpec step);

    /// <summary>Says in words what a plan of this kind does; false for one of another kind.</summary>
    public abstract bool Explain(Explanation text, StepPlan plan, RowLayout rows);
}

/// <summary>A kind of step by what a user writes, and the plan that is made of it.</summary>
internal abstract class StepKind<TSpec, TPlan> : StepKind
    where TSpec : class
    where TPlan : StepPlan
{
    /// <inheritdoc/>
    public sealed override bool Is(StepSpec step) => Of(step) is not null;

    /// <inheritdoc/>
    public sealed override void Compile(JobDraft job, string path, StepSpec step) => Compile(job, path, Of(step)!);

    /// <inheritdoc/>
    public sealed override bool Explain(Explanation text, StepPlan plan, RowLayout rows)
    {
        if (plan is not TPlan own) return false;
        Explain(text, own, rows);
        return true;
    }

    /// <summary>What the user wrote; null when the step is of another kind.</summary>
    protected abstract TSpec? Of(StepSpec step);

    /// <summary>Checks what was written at a path, all of it, and adds the plan to the stage.</summary>
    protected abstract void Compile(JobDraft job, string path, TSpec spec);

    /// <summary>Says in words what a plan does with rows of these columns.</summary>
    protected abstract void Explain(Explanation text, TPlan plan, RowLayout rows);
}
