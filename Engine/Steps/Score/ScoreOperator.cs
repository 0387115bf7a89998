using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Steps.Score;

/// <summary>
/// Scores a batch in one run of the model. Features are written row by row into the matrix that is the model's input tensor. A row
/// that cannot be scored becomes a dead letter and goes no further. In replay nothing is scored: no state of the stage is made of scores.
/// </summary>
internal sealed class ScoreOperator(ScorePlan plan, StepSetup at) : Operator
{
    private readonly IScorer scorer = at.Scorer(plan.File, plan.Features.Count, plan.OutputNames);
    private readonly ProcessorContext context = at.Context;
    // Columns are in step order: what is before the scores exists when a row fails.
    private readonly int before = plan.Outputs.Min();
    private double[] scores = [];
    private string?[] failures = [];
    private bool[] keep = [];

    public override void Process(RowBatch batch)
    {
        if (batch.Count > 0 && context.Emitting) Score(batch);
        Next.Process(batch);
    }

    public override void Close() => scorer.Dispose();

    private void Score(RowBatch batch)
    {
        var rows = batch.Count;
        FillMatrix(batch, scorer.Matrix(rows));
        if (failures.Length < rows)
        {
            failures = new string?[rows * 2];
            scores = new double[rows * 2 * plan.Outputs.Count];
            keep = new bool[rows * 2];
        }
        var failed = scorer.Score(rows, scores, failures.AsSpan(0, rows));
        context.Counters.Scored += rows;
        context.Counters.Runs++;
        for (var o = 0; o < plan.Outputs.Count; o++)
        {
            var column = batch.Columns[plan.Outputs[o]];
            column.HasNulls = false;
            scores.AsSpan(o * rows, rows).CopyTo(column.Doubles);
        }
        if (failed > 0) Remove(batch);
    }

    private void Remove(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            keep[row] = failures[row] is null;
            if (!keep[row]) at.DeadRow(batch, row, before, failures[row]!);
        }
        Array.Clear(failures, 0, batch.Count);
        batch.Keep(keep.AsSpan(0, batch.Count));
    }

    private void FillMatrix(RowBatch batch, Span<float> matrix)
    {
        var width = plan.Features.Count;
        for (var f = 0; f < width; f++)
        {
            var column = batch.Columns[plan.Features[f]];
            var at = f;
            if (column.Type == ColumnType.Double)
                for (var row = 0; row < batch.Count; row++, at += width) matrix[at] = (float)column.Doubles[row];
            else
                for (var row = 0; row < batch.Count; row++, at += width) matrix[at] = column.Longs[row];
        }
    }
}
