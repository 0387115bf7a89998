using StreamGrains.Engine.Aggregates;

namespace StreamGrains.Engine.Tests.Aggregates;

/// <summary>Aggregates by their definitions.</summary>
internal static class Reference
{
    public static double? Of(AggregateFunction function, IReadOnlyCollection<double> values) => function switch
    {
        AggregateFunction.Count => values.Count,
        AggregateFunction.Sum => values.Sum(),
        AggregateFunction.Avg => values.Count == 0 ? 0 : values.Sum() / values.Count,
        AggregateFunction.Min => values.Count == 0 ? null : values.Min(),
        AggregateFunction.Max => values.Count == 0 ? null : values.Max(),
        _ => values.Count < 2 ? 0 : Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Count - 1)),
    };

    public static void Close(double? expected, double? actual, string? what = null)
    {
        var near = expected is null ? actual is null : actual is { } a && Math.Abs(a - expected.Value) <= 1e-9 * Math.Max(1, Math.Abs(expected.Value));
        Assert.True(near, $"{what} expected {expected?.ToString("R", null) ?? "null"}, got {actual?.ToString("R", null) ?? "null"}");
    }
}
