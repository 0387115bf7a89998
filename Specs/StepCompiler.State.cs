using StreamGrains.Contracts;
using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs;

/// <summary>The steps that keep state.</summary>
internal sealed partial class StepCompiler
{
    private void Rolling(string path, OrderedDictionary<string, string> columns)
    {
        var key = StateKey(path, "rolling");
        if (columns.Count == 0) errors.Add(path, "'rolling' has at least one column");
        // Every aggregate is checked before any column is declared: they all look at the row as it comes in.
        var report = new Switch();
        var aggregates = new Aggregates(new ExpressionCompiler(Scope, report.Report, host), report.Report);
        var checkedOnes = new List<(string Name, RollingSyntax? Syntax, CheckedAggregate? Aggregate)>();
        foreach (var (name, text) in columns)
        {
            report.Target = Report($"{path}.{name}");
            var syntax = Syntax(report, () => Parser.Rolling(text));
            if (syntax is { OverMs: 0 }) report.Report(0, "'over' is longer than 0");
            checkedOnes.Add((name, syntax, syntax is null ? null : aggregates.Check(syntax.Call)));
        }
        var features = new List<RollingFeature>();
        var lineage = Stage.Lineage;
        var meanings = checkedOnes.Select(c => c.Syntax is { } s ? Lineage.Hash("rolling", lineage.Rows, KeyMeaning(), lineage.Of(s.Call), s.OverMs, s.DelayMs) : 0).ToList();
        foreach (var ((name, syntax, aggregate), meaning) in checkedOnes.Zip(meanings))
        {
            lineage.Define(name, meaning);
            var mayBeEmpty = aggregate?.Function is AggregateFunction.Min or AggregateFunction.Max && syntax!.DelayMs > 0;
            var column = Declare($"{path}.{name}", name, aggregate?.Type, mayBeEmpty);
            if (aggregate is not null) features.Add(new(column, aggregate.Function, aggregate.Value, syntax!.OverMs, syntax.DelayMs));
            fingerprint.Add($"rolling {name} {syntax?.Call} {syntax?.OverMs} {syntax?.DelayMs}", keepsState: true);
        }
        Stage.Steps.Add(new RollingPlan(Id("rolling"), key, aggregates.Values, features) { Meaning = Lineage.Hash(meanings.Select(m => (object)m)) });
    }

    private void Window(string path, WindowSpec window)
    {
        var key = StateKey(path, "window");
        var (size, every) = Lengths(path, window);
        var id = Id("window");
        if (window.Aggregates.Count == 0) errors.Add($"{path}.aggregates", "a window has at least one aggregate");
        var report = new Switch();
        var aggregates = new Aggregates(new ExpressionCompiler(Scope, report.Report, host), report.Report);
        var checkedOnes = new List<(string Name, CheckedAggregate? Aggregate)>();
        var (lineage, keyMeaning) = (Stage.Lineage, KeyMeaning());
        var rows = Lineage.Hash("window", lineage.Rows, keyMeaning, size, every);
        var meanings = new List<UInt128>();
        foreach (var (name, text) in window.Aggregates)
        {
            report.Target = Report($"{path}.aggregates.{name}");
            var syntax = Syntax(report, () => Parser.WindowAggregate(text));
            var aggregate = syntax is null ? null : aggregates.Check(syntax);
            if (aggregate?.Function == AggregateFunction.StdDev)
                report.Report(syntax!.Offset, "stddev is for rolling steps; windows have count, sum, avg, min and max");
            checkedOnes.Add((name, aggregate));
            meanings.Add(syntax is null ? 0 : Lineage.Hash(rows, lineage.Of(syntax)));
            fingerprint.Add($"window {size} {every} {name} {syntax}", keepsState: true);
        }
        var late = Late(path, window.Late, key);
        var keyType = Stage.Key is { } keyName ? Scope.Find(keyName)?.Type : null;
        var output = Stage.StartLayout();
        Stage.Declare(Stage.Key ?? "key", keyType, nullable: false);
        Stage.Declare("window_start", ColumnType.Timestamp, nullable: false);
        Stage.Declare("window_end", ColumnType.Timestamp, nullable: false);
        lineage.Begin(rows);
        lineage.Define(Stage.Key ?? "key", keyMeaning);
        lineage.Define("window_start", Lineage.Hash(rows, "start"));
        lineage.Define("window_end", Lineage.Hash(rows, "end"));
        var results = new List<WindowAggregate>();
        foreach (var ((name, aggregate), meaning) in checkedOnes.Zip(meanings))
        {
            lineage.Define(name, meaning);
            var column = Declare($"{path}.aggregates.{name}", name, aggregate?.Type, nullable: false);
            if (aggregate is not null) results.Add(new(column, aggregate.Function, aggregate.Value));
        }
        Stage.Steps.Add(new WindowPlan(id, key, size, every, aggregates.Values, results, output, late) { Meaning = Lineage.Hash(meanings.Select(m => (object)m)) });
    }

    private UInt128 KeyMeaning() => Stage.Key is { } key ? Stage.Lineage.Column(key) : 0;

    private SinkPlan? Late(string path, LateSpec late, int key)
    {
        if (late.Topic is not { } topic) return null;
        CheckSinkTopic($"{path}.late.topic", topic, loop: false);
        foreach (var column in Scope.Columns) Scope.Find(column.Name);
        return new(Id("late"), topic, JsonFormat.Instance, null, key, [.. Scope.Columns.Select(c => c.Index)]);
    }

    private (long Size, long Every) Lengths(string path, WindowSpec window)
    {
        if (window.Tumbling is null == window.Hopping is null)
        {
            errors.Add(path, "a window is either 'tumbling: 1h' or 'hopping: { size: 1h, every: 10m }'");
            return (1, 1);
        }
        if (window.Tumbling is { } length)
        {
            JobSettings.Positive($"{path}.tumbling", length, errors);
            return ((long)length.TotalMilliseconds, (long)length.TotalMilliseconds);
        }
        var hopping = window.Hopping!;
        JobSettings.Positive($"{path}.hopping.size", hopping.Size, errors);
        JobSettings.Positive($"{path}.hopping.every", hopping.Every, errors);
        var (size, every) = ((long)hopping.Size.TotalMilliseconds, (long)hopping.Every.TotalMilliseconds);
        if (size > 0 && every > 0 && size % every != 0)
            errors.Add($"{path}.hopping.size", $"'size' is a multiple of 'every'; {DurationText.Format(size)} is not one of {DurationText.Format(every)}");
        else if (size > 0 && every > 0 && size / every > MostOverlaps)
            errors.Add($"{path}.hopping.every", $"each row would count in {size / every} windows; {MostOverlaps} are the most");
        return (size, every);
    }

    private const int MostOverlaps = 1_000;

    /// <summary>Index of the column that rows are partitioned by; reported when there is none, or when a score step was before.</summary>
    private int StateKey(string path, string step)
    {
        if (Stage.Scored)
            errors.Add(path,
                $"a {step} step cannot follow a score step directly: state must not depend on what a model says; "
                + "put it before the score step, or a key step between");
        if (Stage.Unknown) return -1;
        if (Stage.Key is { } key) return Scope.Find(key)?.Index ?? -1;
        errors.Add(path,
            $"a {step} step needs a key: say 'key: FIELD' in the source if the topic is partitioned by that field, "
            + "otherwise put a '- key: COLUMN' step before this one");
        return -1;
    }

    private static T? Syntax<T>(Switch report, Func<T> parse) where T : class
    {
        try
        {
            return parse();
        }
        catch (SyntaxMistake mistake)
        {
            report.Report(mistake.Offset, mistake.Message, mistake.Suggestion);
            return null;
        }
    }

    /// <summary>Points the reports of one compiler at the text that is being looked at.</summary>
    private sealed class Switch
    {
        public ReportMistake Target { get; set; } = (_, _, _) => { };

        public void Report(int offset, string message, string? suggestion = null) => Target(offset, message, suggestion);
    }
}
