using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>
/// A typed expression over the columns of a batch, compiled to loops over columns: built once when a job is compiled, then evaluated
/// for whole batches. An instance owns scratch columns, so it belongs to one partition processor and its lane's thread;
/// <see cref="Copy"/> makes another for the next owner.
/// </summary>
public abstract class Expression(ColumnType type, bool nullable)
{
    private Column? scratch;

    /// <summary>Type of the result.</summary>
    public ColumnType Type { get; } = type;

    /// <summary>How the spec wrote it, for people; null for a part of a larger expression.</summary>
    public string? Text { get; set; }

    /// <summary>Whether the result may be null.</summary>
    public bool Nullable { get; } = nullable;

    /// <summary>
    /// Computes the expression for rows 0 to <c>batch.Count - 1</c> into <paramref name="target"/>, a column of <see cref="Type"/> that has
    /// room for them; sets its null flags. <paramref name="target"/> may be a column of the batch that the expression does not read.
    /// </summary>
    public abstract void Evaluate(RowBatch batch, Column target);

    /// <summary>
    /// The result for the rows of <paramref name="batch"/> in a column that the caller may only read, valid until the next call: scratch memory,
    /// or the batch's own column.
    /// </summary>
    internal virtual Column Values(RowBatch batch)
    {
        scratch ??= new Column(Type);
        scratch.EnsureCapacity(batch.Count);
        Evaluate(batch, scratch);
        return scratch;
    }

    /// <summary>An equal expression with scratch memory of its own.</summary>
    public abstract Expression Copy();
}
