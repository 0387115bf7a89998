namespace StreamGrains.Client;

/// <summary>
/// Aggregates over the recent past of the row's key, the row included; see <see cref="JobBuilder.Rolling"/>. <c>over</c> is how long the past is; <c>delayed</c> lets it end that long before
/// the row. Values are expressions and must not be null. A name that is given twice throws <see cref="ArgumentException"/>.
/// </summary>
public sealed class RollingBuilder
{
    internal RollingBuilder()
    {
    }

    internal OrderedDictionary<string, string> Aggregates { get; } = [];

    /// <summary>How many rows: long.</summary>
    public RollingBuilder Count(string column, TimeSpan over, TimeSpan? delayed = null) => Add(column, "count()", over, delayed);

    /// <summary>Sum: long of long or bool, else double.</summary>
    public RollingBuilder Sum(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"sum({value})", over, delayed);

    /// <summary>Mean: double; of a bool the share of true; 0 of no rows.</summary>
    public RollingBuilder Average(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"avg({value})", over, delayed);

    /// <summary>Smallest value; null of no rows, which can only be with a delay.</summary>
    public RollingBuilder Min(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"min({value})", over, delayed);

    /// <summary>Largest value; null of no rows, which can only be with a delay.</summary>
    public RollingBuilder Max(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"max({value})", over, delayed);

    /// <summary>Sample standard deviation: double; 0 below two rows.</summary>
    public RollingBuilder StandardDeviation(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"stddev({value})", over, delayed);

    /// <summary>Sample variance: double; 0 below two rows.</summary>
    public RollingBuilder Variance(string column, string value, TimeSpan over, TimeSpan? delayed = null) => Add(column, $"variance({value})", over, delayed);

    private RollingBuilder Add(string column, string aggregate, TimeSpan over, TimeSpan? delayed)
    {
        Aggregates.Add(column, delayed is { } by ? $"{aggregate} over {Durations.Text(over)} delayed {Durations.Text(by)}" : $"{aggregate} over {Durations.Text(over)}");
        return this;
    }
}
