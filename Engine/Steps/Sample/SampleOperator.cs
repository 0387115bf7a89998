using StreamGrains.Engine.Columns;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps.Sample;

/// <summary>Keeps the rows of a share of the keys.</summary>
internal sealed class SampleOperator(SamplePlan plan) : Operator
{
    // The partition of a key is its hash modulo a count, which the upper bits say nothing about.
    private readonly double bound = plan.Share * Math.Pow(2, 64);
    private bool[] keep = [];

    public override void Process(RowBatch batch)
    {
        if (keep.Length < batch.Count) keep = new bool[batch.Time.Length];
        var keys = batch.Columns[plan.KeyColumn];
        // A hash near the top rounds up to 2^64 as a double, and the whole of the keys is all of them.
        for (var row = 0; row < batch.Count; row++) keep[row] = KeyHash.Of(batch, keys, row) < bound || plan.Share >= 1;
        batch.Keep(keep.AsSpan(0, batch.Count));
        Next.Process(batch);
    }
}
