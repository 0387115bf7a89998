using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps;

/// <summary>
/// One step of a stage, at work on one partition. Rows are pushed: each operator does its part and hands a batch to the next.
/// What an operator computes for a row depends on the rows and watermarks before it and not on where batches were cut.
/// Owner: one <see cref="Processing.PartitionProcessor"/>, on its lane's thread.
/// </summary>
internal abstract class Operator
{
    /// <summary>The step after this one; the last one swallows.</summary>
    public Operator Next { get; set; } = EndOfStage.Instance;

    /// <summary>Bytes and keys of state.</summary>
    public virtual StateSize Size => default;

    /// <summary>
    /// Handles the rows and then the batch's <see cref="RowBatch.WatermarkAfter"/>; called with no rows when only the watermark moved. The batch may be
    /// changed and passed on.
    /// </summary>
    public abstract void Process(RowBatch batch);

    /// <summary>The input has ended for now: results that wait for the watermark come out without it.</summary>
    public virtual void Drain() => Next.Drain();

    /// <summary>Writes what is only collected into the interval's outputs. The slot calls it just before it freezes the interval.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>What is kept for the key that reads <paramref name="key"/>, at the watermark that this step was told last; null for nothing. Changes nothing.</summary>
    public virtual StepState? Find(string key, long watermark) => null;

    /// <summary>The watermark that the next step has been told when this one was told <paramref name="watermark"/> last: an earlier one while rows wait here.</summary>
    public virtual long PassedOn(long watermark) => watermark;

    /// <summary>How many rows wait here for the watermark, and with which columns.</summary>
    public virtual (int Rows, IEnumerable<ColumnDef> Columns) Waiting => (0, []);

    /// <summary>
    /// Version of the state's layout, which is the kind of step's own: whoever changes what <see cref="Share"/> gives raises it. 0 for a step that keeps nothing.
    /// </summary>
    public virtual byte StateVersion => 0;

    /// <summary>Frozen state, for a snapshot; of a step that keeps none, nothing.</summary>
    public virtual IEnumerable<PagedImage> Share() => [];

    /// <summary>Replaces the state with a snapshot's.</summary>
    public virtual void Restore(SnapshotReader reader)
    {
    }

    /// <summary>Gives back what is not memory.</summary>
    public virtual void Close()
    {
    }

    private sealed class EndOfStage : Operator
    {
        public static readonly EndOfStage Instance = new();

        public override void Process(RowBatch batch)
        {
        }

        public override void Drain()
        {
        }
    }
}

/// <summary>How much a processor keeps.</summary>
/// <param name="Keys">Keys with state.</param>
/// <param name="Bytes">Bytes in pages.</param>
public readonly record struct StateSize(long Keys, long Bytes)
{
    /// <summary>Both parts together.</summary>
    public static StateSize operator +(StateSize a, StateSize b) => new(a.Keys + b.Keys, a.Bytes + b.Bytes);
}
