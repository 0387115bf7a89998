using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Steps;

/// <summary>
/// One operator of a stage. <paramref name="Id"/> is unique in the job and stable for the same spec: it names the state. Whatever the rest of the program must know of a kind of
/// step, it asks here; nobody asks which kind it is.
/// </summary>
public abstract record StepPlan(string Id)
{
    /// <summary>Columns of the rows that leave the step, where those of <paramref name="rows"/> enter it.</summary>
    public abstract RowLayout Output(RowLayout rows);

    /// <summary>What the step keeps from row to row, where those of <paramref name="rows"/> enter it; null for a step that keeps nothing.</summary>
    public abstract KeptState? State(RowLayout rows);

    /// <summary>Topics that it writes, but for the internal one behind a change of key, which is the next stage's input.</summary>
    public abstract IReadOnlyList<StepOutput> Writes { get; }

    /// <summary>Path of the model that it scores with; null for a step without one.</summary>
    public virtual string? Model => null;

    /// <summary>The same step with its model in another file. Only of a step that has one.</summary>
    public virtual StepPlan WithModel(string path) => throw new InvalidOperationException($"step '{Id}' has no model");

    /// <summary>The same step with its internal topic under another name; the step itself where it writes none.</summary>
    public virtual StepPlan WithInternalTopic(Func<string, string> rename) => this;

    /// <summary>The step at work on one partition.</summary>
    internal abstract Operator Open(StepSetup at);
}

/// <summary>State of a step, per key.</summary>
/// <param name="Key">Column by which it is kept.</param>
/// <param name="StateFingerprint">Hash of everything that decides what it means. The state of a step of another spec fits where this is equal.</param>
/// <param name="Results">Names of the columns that are made of it.</param>
/// <param name="CompleteAfterMs">How much event time must pass until the results of a step that began empty are whole; null where whatever begins from then on is.</param>
public sealed record KeptState(ColumnDef Key, UInt128 StateFingerprint, IReadOnlyList<string> Results, long? CompleteAfterMs);

/// <summary>A topic that a step writes its rows to.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="KeyColumn">Column of the step's input whose text becomes the key, or -1 for no key.</param>
/// <param name="Stream">Where the records of the topic go on to, which is then one of the job's own; null when others read the topic.</param>
public sealed record StepOutput(string Topic, int KeyColumn, StreamTarget? Stream);

/// <summary>Orleans streams of a provider; a record's key is the stream's.</summary>
/// <param name="Provider">Name of the provider.</param>
/// <param name="Namespace">Namespace of the streams.</param>
public sealed record StreamTarget(string Provider, string Namespace);
