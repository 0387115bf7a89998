using StreamGrains.Contracts.Steps;

namespace StreamGrains.Client;

/// <summary>
/// Aggregates of windows; see <see cref="JobBuilder.Tumbling"/> and <see cref="JobBuilder.Hopping"/>. Values are expressions and must not be null. A name that is given twice throws
/// <see cref="ArgumentException"/>.
/// </summary>
public sealed class WindowBuilder
{
    private readonly OrderedDictionary<string, string> aggregates = [];
    private LateSpec late = new();

    internal WindowBuilder()
    {
    }

    /// <summary>How many rows: long.</summary>
    public WindowBuilder Count(string column) => Add(column, "count()");

    /// <summary>Sum: long of long or bool, else double.</summary>
    public WindowBuilder Sum(string column, string value) => Add(column, $"sum({value})");

    /// <summary>Mean: double; of a bool the share of true.</summary>
    public WindowBuilder Average(string column, string value) => Add(column, $"avg({value})");

    /// <summary>Smallest value.</summary>
    public WindowBuilder Min(string column, string value) => Add(column, $"min({value})");

    /// <summary>Largest value.</summary>
    public WindowBuilder Max(string column, string value) => Add(column, $"max({value})");

    /// <summary>Sample standard deviation: double; 0 below two rows.</summary>
    public WindowBuilder StandardDeviation(string column, string value) => Add(column, $"stddev({value})");

    /// <summary>Sample variance: double; 0 below two rows.</summary>
    public WindowBuilder Variance(string column, string value) => Add(column, $"variance({value})");

    /// <summary>Writes rows whose every window is closed to a topic, all columns, as JSON; default: they are dropped and counted.</summary>
    public WindowBuilder LateTo(string topic)
    {
        late = new LateSpec { Topic = topic };
        return this;
    }

    internal WindowSpec Build(TimeSpan? tumbling, HoppingSpec? hopping) => new() { Tumbling = tumbling, Hopping = hopping, Aggregates = aggregates, Late = late };

    private WindowBuilder Add(string column, string aggregate)
    {
        aggregates.Add(column, aggregate);
        return this;
    }
}
