using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Stages;
using StreamGrains.Specs.Steps.To;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Steps.Window;

/// <summary><c>- window: { tumbling: 1h, aggregates: { n: count() } }</c></summary>
internal sealed class WindowKind : StepKind<WindowSpec, WindowPlan>
{
    public override string Name => "window";

    protected override WindowSpec? Of(StepSpec step) => step.Window;

    protected override void Compile(JobDraft job, string path, WindowSpec spec)
    {
        var (lineage, stage) = (job.Lineage, job.Stage);
        var (key, keyName, keyMeaning) = (Rules.StateKey(job, path, Name), stage.Key, Rules.KeyMeaning(job));
        var (size, every) = WindowLengths.Of(job.Errors, path, spec);
        var id = job.Id(Name);
        if (spec.Aggregates.Count == 0) job.Errors.Add($"{path}.aggregates", "a window has at least one aggregate");
        var aggregates = new AggregateColumns<CallNode>(job, $"{path}.aggregates", spec.Aggregates, Parser.WindowAggregate, call => call);
        foreach (var column in aggregates.Columns) job.Fingerprint.Add($"window {size} {every} {column.Name} {column.Syntax}", keepsState: true);
        var rows = Lineage.Hash("window", lineage.Rows, keyMeaning, size, every);
        var meanings = aggregates.Columns.Select(c => c.Syntax is { } call ? Lineage.Hash(rows, lineage.Of(call)) : 0).ToList();
        var late = Late(job, path, spec.Late, key);

        var keyType = keyName is null ? null : job.Scope.Find(keyName)?.Type;
        var output = stage.StartLayout();
        stage.Declare(keyName ?? "key", keyType, nullable: false);
        stage.Declare("window_start", ColumnType.Timestamp, nullable: false);
        stage.Declare("window_end", ColumnType.Timestamp, nullable: false);
        lineage.Begin(rows);
        lineage.Define(keyName ?? "key", keyMeaning);
        lineage.Define("window_start", Lineage.Hash(rows, "start"));
        lineage.Define("window_end", Lineage.Hash(rows, "end"));
        var results = new List<WindowAggregate>();
        foreach (var ((name, at, _, aggregate), meaning) in aggregates.Columns.Zip(meanings))
        {
            lineage.Define(name, meaning);
            var column = job.Declare(at, name, aggregate?.Type, nullable: false);
            if (aggregate is not null) results.Add(new(column, aggregate.Function, aggregate.Value));
        }
        stage.Steps.Add(new WindowPlan(id, key, size, every, aggregates.Values, results, output, late) { StateFingerprint = Lineage.Hash(meanings.Select(m => (object)m)) });
    }

    protected override void Explain(Explanation text, WindowPlan plan, RowLayout rows)
    {
        text.Items(Name, plan.Aggregates.Select(a => $"{Explanation.Column(plan.Results, a.Column)} = {Aggregates.Text(a.Function, plan.Values, a.Value)}"));
        var distance = plan.SizeMs == plan.EveryMs ? "" : $", one every {Explanation.Time(plan.EveryMs)}";
        text.More($"windows of {Explanation.Time(plan.SizeMs)}{distance}");
        text.More($"state per {rows.Columns[plan.KeyColumn].Name}: the aggregates of each window with an event that the watermark has not closed");
        if (plan.Late is null) text.More("late rows are dropped and counted");
        else ToKind.Explain(text, "late", plan.Late, rows);
    }

    private static SinkPlan? Late(JobDraft job, string path, LateSpec late, int key)
    {
        if (late.Topic is not { } topic) return null;
        job.Topics.CheckSink($"{path}.late.topic", topic, loop: null);
        // All columns are written, so all are read.
        foreach (var column in job.Scope.Columns) job.Scope.Find(column.Name);
        return new(job.Id("late"), topic, JsonFormat.Instance, null, key, [.. job.Scope.Columns.Select(c => c.Index)]);
    }
}
