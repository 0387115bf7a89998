using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Stages;

/// <summary>
/// The aggregates of one step, each the column of its name, and their distinct arguments. All are checked before any column is declared: they look at the row as it comes in.
/// </summary>
/// <typeparam name="T">How one of them is written.</typeparam>
internal sealed class AggregateColumns<T> where T : class
{
    private readonly Aggregates aggregates;

    /// <summary>Reads and checks them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="path">Where they are.</param>
    /// <param name="texts">Aggregate by column name.</param>
    /// <param name="parse">Reads one.</param>
    /// <param name="call">The function called in it.</param>
    public AggregateColumns(JobDraft job, string path, OrderedDictionary<string, string> texts, Func<string, T> parse, Func<T, CallNode> call)
    {
        ReportMistake report = (_, _, _) => { };
        void Report(int offset, string message, string? suggestion = null) => report(offset, message, suggestion);
        aggregates = new Aggregates(job.Compiler(Report), Report);
        var columns = new List<AggregateColumn<T>>();
        foreach (var (name, text) in texts)
        {
            var at = $"{path}.{name}";
            report = job.Report(at);
            var syntax = job.Syntax(at, text, parse);
            columns.Add(new(name, at, syntax, syntax is null ? null : aggregates.Check(call(syntax))));
        }
        Columns = columns;
    }

    /// <summary>The columns, in the order of the spec.</summary>
    public IReadOnlyList<AggregateColumn<T>> Columns { get; }

    /// <summary>Distinct arguments.</summary>
    public IReadOnlyList<Expression> Values => aggregates.Values;
}

/// <summary>One of them; without syntax or aggregate where a mistake was reported.</summary>
internal sealed record AggregateColumn<T>(string Name, string Path, T? Syntax, CheckedAggregate? Aggregate) where T : class;
