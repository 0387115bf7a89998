using StreamGrains.Engine.Ports;

namespace StreamGrains.Simulation.Jobs;

/// <summary>A model of one line, which fails on some rows.</summary>
internal sealed class FakeScorer : IScorer
{
    public const string Failure = "the model fails on this row";
    private float[] matrix = [];

    public Span<float> Matrix(int rows)
    {
        if (matrix.Length < rows * 2) matrix = new float[rows * 4];
        return matrix;
    }

    public int Score(int rows, Span<double> scores, Span<string?> failures)
    {
        var failed = 0;
        for (var row = 0; row < rows; row++)
        {
            if (Of(matrix[row * 2], matrix[row * 2 + 1]) is { } score)
            {
                scores[row] = score;
                continue;
            }
            failures[row] = Failure;
            failed++;
        }
        return failed;
    }

    /// <summary>The score, exact in binary; null where the model fails.</summary>
    public static double? Of(double amount, double seen) => amount % 32 == 1.25 ? null : amount / 1024 + seen / 256;

    public void Dispose()
    {
    }
}
