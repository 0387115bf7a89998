using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Steps;

/// <summary>A condition evaluated to one flag per row; null is false.</summary>
internal sealed class RowMask(Expression condition)
{
    private readonly Expression condition = condition.Copy();
    private readonly Column result = new(ColumnType.Bool);
    private bool[] flags = [];

    public ReadOnlySpan<bool> Evaluate(RowBatch batch)
    {
        result.EnsureCapacity(batch.Count);
        if (flags.Length < batch.Count) flags = new bool[result.Longs.Length];
        condition.Evaluate(batch, result);
        for (var row = 0; row < batch.Count; row++) flags[row] = result.Longs[row] != 0 && !result.IsNull(row);
        return flags.AsSpan(0, batch.Count);
    }
}
