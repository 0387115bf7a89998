using StreamGrains.Engine.Aggregates;

namespace StreamGrains.Engine.Tests.Aggregates;

/// <summary>Aggregates by their definitions.</summary>
internal static class Reference
{
    /// <summary>Every function that there is.</summary>
    public static readonly IReadOnlyList<IAggregate> Functions =
    [
        CountAggregate.Instance, SumAggregate.Instance, AvgAggregate.Instance, MinAggregate.Instance, MaxAggregate.Instance, StdDevAggregate.Instance,
        VarianceAggregate.Instance,
    ];

    public static double? Of(IAggregate function, IReadOnlyCollection<double> values) => function switch
    {
        CountAggregate => values.Count,
        SumAggregate => values.Sum(),
        AvgAggregate => values.Count == 0 ? 0 : values.Sum() / values.Count,
        MinAggregate => values.Count == 0 ? null : values.Min(),
        MaxAggregate => values.Count == 0 ? null : values.Max(),
        StdDevAggregate => Math.Sqrt(Of(VarianceAggregate.Instance, values)!.Value),
        VarianceAggregate => values.Count < 2 ? 0 : values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Count - 1),
        _ => throw new NotSupportedException($"{function.Name} has no definition here"),
    };

    public static void Close(double? expected, double? actual, string? what = null)
    {
        var near = expected is null ? actual is null : actual is { } a && Math.Abs(a - expected.Value) <= 1e-9 * Math.Max(1, Math.Abs(expected.Value));
        Assert.True(near, $"{what} expected {expected?.ToString("R", null) ?? "null"}, got {actual?.ToString("R", null) ?? "null"}");
    }
}
