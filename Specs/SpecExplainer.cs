using System.Globalization;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs.Steps;

namespace StreamGrains.Specs;

/// <summary>Says in words what a plan does: stages, topics, state per key, inputs and outputs of models.</summary>
public sealed class SpecExplainer
{
    private readonly JobPlan plan;
    private readonly Explanation text;

    private SpecExplainer(JobPlan plan, Explanation text) => (this.plan, this.text) = (plan, text);

    /// <summary>The explanation, several lines.</summary>
    /// <param name="plan">What to explain.</param>
    /// <param name="models">Opens the models to name their inputs and outputs; null leaves those out.</param>
    /// <param name="partitions">Partitions by topic, as far as known; null leaves them out.</param>
    public static string Explain(JobPlan plan, IModelCatalog? models = null, IReadOnlyDictionary<string, int>? partitions = null)
    {
        var explainer = new SpecExplainer(plan, new Explanation(models, partitions));
        explainer.Job();
        foreach (var stage in plan.Stages) explainer.Stage(stage);
        explainer.Topics();
        return explainer.text.ToString();
    }

    private void Job()
    {
        text.Line($"job {plan.Name}, {(plan.ExactlyOnce ? "exactly once" : "at least once")}");
        text.Item("commit", $"every {Explanation.Time(plan.CommitEveryMs)} or {plan.CommitRecords} records");
        text.Item("snapshot", $"every {Explanation.Time(plan.SnapshotEveryMs)} or {plan.SnapshotRecords} records");
        text.Item("alignment", $"partitions run at most {Explanation.Time(plan.AlignmentMs)} of event time apart");
        text.Item("slots", plan.Slots is { } slots ? slots.ToString(CultureInfo.InvariantCulture) : "as many as the source has partitions, at most 8");
        if (plan.Standby > 0) text.Item("standby", "a warm copy of every partition's state on another silo, where a cluster runs the job");
        text.Item("state", $"fingerprint {plan.Fingerprint:x32}");
    }

    private void Stage(StagePlan stage)
    {
        text.Line("");
        text.Line($"stage {stage.Index}, {stage.Name}");
        Input(stage);
        foreach (var (step, rows) in stage.Walk())
            if (!StepKinds.All.Any(kind => kind.Explain(text, step, rows))) throw new InvalidOperationException($"no kind of step knows '{step.Id}'");
    }

    private void Input(StagePlan stage)
    {
        if (stage.Input is not SourceInput source)
        {
            text.Item("read", $"{text.Topic(stage.Input.Topic)} from stage {((ExchangeInput)stage.Input).UpstreamStage}, by {stage.Name}");
            return;
        }
        text.Item("read", $"{text.Topic(source.Topic)}, {source.Format.Name}");
        var columns = stage.Layout.Columns;
        text.More(string.Join(", ", source.Fields.Select((f, i) => Explanation.Column(stage.Layout, i) + (f.Optional ? " optional" : "") + Origin(f, columns[i].Name))));
        var time = source.TimeColumn < 0 ? "the record's timestamp" : columns[source.TimeColumn].Name;
        text.More($"event time: {time}; events may be {Explanation.Time(source.WatermarkDelayMs)} late; a partition is idle after {Explanation.Time(source.IdleAfterMs)}");
    }

    private static string Origin(SourceField field, string column) => field.From switch
    {
        FieldPlace.Key => " from the key",
        FieldPlace.Header => $" from header {field.Name}",
        _ => field.Name == column ? "" : $" from {field.Name}",
    };

    private void Topics()
    {
        var outboxes = plan.Outboxes;
        text.Line("");
        text.Line("topics");
        text.Items("read", plan.Stages.Select(s => s.Input).OfType<SourceInput>().Select(i => text.Topic(i.Topic)));
        text.Items("internal",
        [
            .. plan.Stages.Select(s => s.Input).OfType<ExchangeInput>().Select(i => text.Topic(i.Topic)), .. outboxes.Select(o => text.Topic(o.Topic)),
            $"{text.Topic(plan.JournalTopic)}, one partition per slot",
        ]);
        text.Items("write", plan.ResultTopics.Append(plan.DeadLetterTopic).Distinct().Select(text.Topic));
        text.Items("stream", outboxes.Select(o => $"{o.Target.Namespace} of provider {o.Target.Provider}"));
    }
}
