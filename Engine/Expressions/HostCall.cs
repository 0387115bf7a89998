using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>Computes one row from its arguments, none of which is null, into the target; false for a null.</summary>
public delegate bool RowFunction(RowBatch batch, Column[] arguments, int row, Column target);

/// <summary>
/// A function of the host program's own, called row by row. A null argument gives null without a call, and so does a call that throws: no row may end a job.
/// </summary>
public sealed class HostCall(ColumnType type, Expression[] arguments, RowFunction function) : Expression(type, nullable: true)
{
    private readonly Column[] values = new Column[arguments.Length];

    public override void Evaluate(RowBatch batch, Column target)
    {
        for (var a = 0; a < arguments.Length; a++) values[a] = arguments[a].Values(batch);
        target.HasNulls = false;
        for (var row = 0; row < batch.Count; row++)
            if (HasNull(row) || !Call(batch, row, target)) target.SetNull(row);
            else if (target.HasNulls) target.Nulls[row] = false;
    }

    public override Expression Copy() => new HostCall(Type, [.. arguments.Select(a => a.Copy())], function);

    private bool HasNull(int row)
    {
        foreach (var column in values)
            if (column.IsNull(row)) return true;
        return false;
    }

    private bool Call(RowBatch batch, int row, Column target)
    {
        try
        {
            return function(batch, values, row, target);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
