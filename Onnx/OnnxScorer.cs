using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Onnx;

/// <summary>Scores batches in one run each, and finds the rows that the model cannot score. Owner: one partition processor, on its lane's thread.</summary>
internal sealed class OnnxScorer : IScorer, IRowRun
{
    private readonly ModelRun _run;
    private readonly ScoreColumn[] _columns;
    private readonly bool _oneRow;
    private readonly string[] _tensors;
    private readonly int[] _tensorOf;

    // Scores of the current call, column-major as the caller gets them; _rows is its number of rows.
    private double[] _scores = [];
    private int _rows;

    public OnnxScorer(ModelRun run, ScoreColumn[] columns, bool oneRow)
    {
        _run = run;
        _columns = columns;
        _oneRow = oneRow;
        _tensors = [.. columns.Select(column => column.Output.Tensor).Distinct()];
        _tensorOf = [.. columns.Select(column => Array.IndexOf(_tensors, column.Output.Tensor))];
    }

    public Span<float> Matrix(int rows) => _run.Matrix(rows);

    public int Score(int rows, Span<double> scores, Span<string?> failures)
    {
        Debug.Assert(scores.Length >= rows * _columns.Length && failures.Length >= rows);
        _rows = rows;
        if (_scores.Length < rows * _columns.Length)
        {
            _scores = new double[Math.Max(rows * _columns.Length, 2 * _scores.Length)];
        }
        if (_oneRow)
        {
            for (var row = 0; row < rows; row++)
            {
                RowHalving.Run(this, row, 1, failures);
            }
        }
        else if (rows > 0)
        {
            RowHalving.Run(this, 0, rows, failures);
        }
        _scores.AsSpan(0, rows * _columns.Length).CopyTo(scores);
        return CountFailures(rows, failures);
    }

    public string? TryRun(int start, int count)
    {
        try
        {
            using var outputs = _run.Run(start, count, _tensors);
            for (var i = 0; i < _columns.Length; i++)
            {
                var to = _scores.AsSpan(i * _rows + start, count);
                if (!Read(outputs[_tensorOf[i]], _columns[i], to, out var found))
                {
                    return $"output `{_columns[i].Output.Name}` gave {found} values for {count} {(count == 1 ? "row" : "rows")}";
                }
            }
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return RuntimeError.Reason(e);
        }
    }

    public void Dispose() => _run.Dispose();

    private int CountFailures(int rows, Span<string?> failures)
    {
        var failed = 0;
        for (var row = 0; row < rows; row++)
        {
            failures[row] = _run.Refusal(row) ?? failures[row] ?? BadScore(row);
            failed += failures[row] is null ? 0 : 1;
        }
        return failed;
    }

    private string? BadScore(int row)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var score = _scores[i * _rows + row];
            if (!double.IsFinite(score))
            {
                return double.IsNaN(score) ? $"score `{_columns[i].Text}` is NaN" : $"score `{_columns[i].Text}` is infinite";
            }
        }
        return null;
    }

    private static bool Read(OrtValue output, ScoreColumn column, Span<double> to, out int found) => column.Output.Type switch
    {
        TensorElementType.Float => Read(output.GetTensorDataAsSpan<float>(), column, to, out found),
        TensorElementType.Double => Read(output.GetTensorDataAsSpan<double>(), column, to, out found),
        TensorElementType.Int64 => Read(output.GetTensorDataAsSpan<long>(), column, to, out found),
        TensorElementType.Int32 => Read(output.GetTensorDataAsSpan<int>(), column, to, out found),
        TensorElementType.Float16 => Read(MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>()), column, to, out found),
        _ => throw new NotSupportedException(column.Output.Problem),
    };

    // False when the values are not `to.Length` rows that hold the column.
    private static bool Read<T>(ReadOnlySpan<T> values, ScoreColumn column, Span<double> to, out int found)
        where T : INumberBase<T>
    {
        found = values.Length;
        var width = values.Length / to.Length;
        if (width * to.Length != values.Length || column.Column >= width || (column.Whole && width != 1))
        {
            return false;
        }
        for (var row = 0; row < to.Length; row++)
        {
            to[row] = double.CreateTruncating(values[row * width + column.Column]);
        }
        return true;
    }
}
