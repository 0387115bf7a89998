using System.Globalization;
using System.Text;
using StreamGrains.Contracts;
using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Steps.Derive;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps.Filter;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Steps.Score;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Specs;

/// <summary>Says in words what a plan does: stages, topics, state per key, inputs and outputs of models.</summary>
public sealed class SpecExplainer
{
    private const int Margin = 11;

    private readonly StringBuilder text = new();
    private readonly JobPlan plan;
    private readonly IModelCatalog? models;
    private readonly IReadOnlyDictionary<string, int>? partitions;

    private SpecExplainer(JobPlan plan, IModelCatalog? models, IReadOnlyDictionary<string, int>? partitions) =>
        (this.plan, this.models, this.partitions) = (plan, models, partitions);

    /// <summary>The explanation, several lines.</summary>
    /// <param name="plan">What to explain.</param>
    /// <param name="models">Opens the models to name their inputs and outputs; null leaves those out.</param>
    /// <param name="partitions">Partitions by topic, as far as known; null leaves them out.</param>
    public static string Explain(JobPlan plan, IModelCatalog? models = null, IReadOnlyDictionary<string, int>? partitions = null)
    {
        var explainer = new SpecExplainer(plan, models, partitions);
        explainer.Job();
        foreach (var stage in plan.Stages) explainer.Stage(stage);
        explainer.Topics();
        return explainer.text.ToString();
    }

    private void Job()
    {
        Line($"job {plan.Name}, {(plan.Guarantee == Guarantee.ExactlyOnce ? "exactly once" : "at least once")}");
        Item("commit", $"every {Time(plan.CommitEveryMs)} or {plan.CommitRecords} records");
        Item("snapshot", $"every {Time(plan.SnapshotEveryMs)} or {plan.SnapshotRecords} records");
        Item("alignment", $"partitions run at most {Time(plan.AlignmentMs)} of event time apart");
        Item("slots", plan.Slots is { } slots ? slots.ToString(CultureInfo.InvariantCulture) : "as many as the source has partitions, at most 8");
        if (plan.Standby > 0) Item("standby", "a warm copy of every partition's state on another silo, where a cluster runs the job");
        Item("state", $"fingerprint {plan.Fingerprint:x32}");
    }

    private void Stage(StagePlan stage)
    {
        Line("");
        Line($"stage {stage.Index}, {stage.Name}");
        Input(stage);
        foreach (var (step, rows) in stage.Walk()) Step(step, rows);
    }

    private void Input(StagePlan stage)
    {
        if (stage.Input is not SourceInput source)
        {
            Item("read", $"{Topic(stage.Input.Topic)} from stage {((ExchangeInput)stage.Input).UpstreamStage}, by {stage.Name}");
            return;
        }
        Item("read", $"{Topic(source.Topic)}, {source.Format.Name}");
        var columns = stage.Layout.Columns;
        More(string.Join(", ", source.Fields.Select((f, i) => Column(stage.Layout, i) + (f.Optional ? " optional" : "") + Origin(f, columns[i].Name))));
        var time = source.TimeColumn < 0 ? "the record's timestamp" : columns[source.TimeColumn].Name;
        More($"event time: {time}; events may be {Time(source.WatermarkDelayMs)} late; a partition is idle after {Time(source.IdleAfterMs)}");
    }

    private static string Origin(SourceField field, string column) => field.From switch
    {
        FieldPlace.Key => " from the key",
        FieldPlace.Header => $" from header {field.Name}",
        _ => field.Name == column ? "" : $" from {field.Name}",
    };

    private void Step(StepPlan step, RowLayout layout)
    {
        switch (step)
        {
            case FilterPlan filter: Item("filter", filter.Condition.Text ?? ""); break;
            case DerivePlan derive: Items("derive", derive.Assignments.Select(a => $"{Column(layout, a.Column)} = {a.Value.Text}")); break;
            case RollingPlan rolling: Rolling(rolling, layout); break;
            case WindowPlan window: Window(window, layout); break;
            case ScorePlan score: Score(score, layout); break;
            case SinkPlan sink: Sink("to", sink, layout); break;
            case ExchangePlan exchange:
                Item("key", $"{layout.Columns[exchange.KeyColumn].Name}, through {Topic(exchange.Topic)}");
                More($"carries {Names(layout, exchange.Columns)}");
                break;
        }
    }

    private void Rolling(RollingPlan rolling, RowLayout layout)
    {
        Items("rolling", rolling.Features.Select(f => $"{Column(layout, f.Column)} = {Call(f.Function, rolling.Values, f.Value)} over {Time(f.OverMs)}"
            + (f.DelayMs > 0 ? $" delayed {Time(f.DelayMs)}" : "")));
        var kept = rolling.Values.Count == 0 ? "its time" : "its time, " + string.Join(", ", rolling.Values.Select(v => v.Text));
        More($"state per {layout.Columns[rolling.KeyColumn].Name}: every event of the last {Time(rolling.Features.Max(f => f.OverMs + f.DelayMs))}: {kept}");
    }

    private void Window(WindowPlan window, RowLayout layout)
    {
        Items("window", window.Aggregates.Select(a => $"{Column(window.Results, a.Column)} = {Call(a.Function, window.Values, a.Value)}"));
        More(window.SizeMs == window.EveryMs ? $"windows of {Time(window.SizeMs)}" : $"windows of {Time(window.SizeMs)}, one every {Time(window.EveryMs)}");
        More($"state per {layout.Columns[window.KeyColumn].Name}: the aggregates of each window with an event that the watermark has not closed");
        if (window.Late is null) More("late rows are dropped and counted");
        else Sink("late", window.Late, layout);
    }

    private void Score(ScorePlan score, RowLayout layout)
    {
        Item("score", score.File);
        More($"features: {Names(layout, score.Features)}");
        More("outputs: " + string.Join(", ", score.Outputs.Select((o, i) => $"{Column(layout, o)} = {score.OutputNames[i]}")));
        if (models is null) return;
        try
        {
            var model = models.Open(score.File);
            More($"the model takes {Values(model.Inputs)} and gives {Values(model.Outputs)}");
        }
        catch (ModelRefused refused)
        {
            More(refused.Message);
        }
    }

    private void Sink(string name, SinkPlan sink, RowLayout layout)
    {
        var key = sink.KeyColumn < 0 ? "no key" : $"key {layout.Columns[sink.KeyColumn].Name}";
        var to = sink.Stream is { } stream ? $"stream {stream.Namespace} of provider {stream.Provider}" : Topic(sink.Topic);
        Item(name, $"{to}, {sink.Format.Name}, {key}{(sink.When is null ? "" : $", when {sink.When.Text}")}");
        if (sink.Stream is not null) More($"through {Topic(sink.Topic)}, on silos only");
        More(Names(layout, sink.Fields));
    }

    private void Topics()
    {
        Line("");
        Line("topics");
        Items("read", plan.Stages.Select(s => s.Input).OfType<SourceInput>().Select(i => Topic(i.Topic)));
        Items("internal", [.. plan.Stages.Select(s => s.Input).OfType<ExchangeInput>().Select(i => Topic(i.Topic)), .. plan.Outboxes.Select(o => Topic(o.Topic)), $"{Topic(plan.JournalTopic)}, one partition per slot"]);
        Items("write", plan.ResultTopics.Append(plan.DeadLetterTopic).Distinct().Select(Topic));
        Items("stream", plan.Outboxes.Select(o => $"{o.Target.Namespace} of provider {o.Target.Provider}"));
    }

    private string Topic(string name) =>
        partitions is not null && partitions.TryGetValue(name, out var count) ? $"{name} ({count} partition{(count == 1 ? "" : "s")})" : name;

    private void Line(string line) => text.Append(line).Append('\n');

    private void Item(string name, string line) => Line($"  {name.PadRight(Margin - 2)} {line}");

    private void More(string line) => Item("", line);

    private void Items(string name, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Item(name, line);
            name = "";
        }
    }

    private static string Call(AggregateFunction function, IReadOnlyList<Expression> values, int value) =>
        $"{function.ToString().ToLowerInvariant()}({(value < 0 ? "" : values[value].Text)})";

    private static string Column(RowLayout layout, int index) => $"{layout.Columns[index].Name} {layout.Columns[index].Type.Word()}";

    private static string Names(RowLayout layout, IEnumerable<int> columns) => string.Join(", ", columns.Select(c => layout.Columns[c].Name));

    private static string Values(IEnumerable<ModelValue> values) => string.Join(", ", values.Select(v => $"{v.Name} {v.Description}"));

    private static string Time(long milliseconds) => DurationText.Format(milliseconds);
}
