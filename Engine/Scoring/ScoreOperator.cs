using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Scoring;

/// <summary>
/// Scores a batch in one run of the model. Features are written row by row into the matrix that is the model's input tensor. A row
/// that cannot be scored becomes a dead letter and goes no further. In replay nothing is scored, unless later steps of the stage keep state
/// that the scores may have reached.
/// </summary>
internal sealed class ScoreOperator(ScorePlan plan, IScorer scorer, ProcessorContext context, Action<RowBatch, int, string> deadLetter, bool scoreInReplay) : Operator
{
    private double[] scores = [];
    private string?[] failures = [];
    private bool[] keep = [];

    public override void Process(RowBatch batch)
    {
        if (batch.Count > 0 && (context.Emitting || scoreInReplay)) Score(batch);
        Next.Process(batch);
    }

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
        if (context.Emitting)
        {
            context.Counters.Scored += rows;
            context.Counters.Runs++;
        }
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
            if (!keep[row]) deadLetter(batch, row, failures[row]!);
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
