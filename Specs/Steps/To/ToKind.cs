using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Formats;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.To;

/// <summary><c>- to: { topic: alerts }</c>: a topic that others read, or one of the job's own whose records go on to a stream.</summary>
internal sealed class ToKind : StepKind<SinkSpec, SinkPlan>
{
    public override string Name => "to";

    public override bool Writes => true;

    /// <summary>Says in words what a sink writes, under another name where it is a part of another step.</summary>
    public static void Explain(Explanation text, string name, SinkPlan plan, RowLayout rows)
    {
        var key = plan.KeyColumn < 0 ? "no key" : $"key {rows.Columns[plan.KeyColumn].Name}";
        var to = plan.Stream is { } stream ? $"stream {stream.Namespace} of provider {stream.Provider}" : text.Topic(plan.Topic);
        text.Item(name, $"{to}, {plan.Format.Name}, {key}{(plan.When is null ? "" : $", when {plan.When.Text}")}");
        if (plan.Stream is not null) text.More($"through {text.Topic(plan.Topic)}, on silos only");
        text.More(Explanation.Names(rows, plan.Fields));
    }

    protected override SinkSpec? Of(StepSpec step) => step.To;

    protected override void Compile(JobDraft job, string path, SinkSpec spec)
    {
        var topic = spec.Stream is { } stream ? StreamTopic(job, path, spec, stream) : Topic(job, path, spec);
        var when = spec.When is null ? null : job.Condition($"{path}.when", spec.When, out _);
        var key = spec.Stream is { } keyed ? StreamKey(job, $"{path}.stream.key", keyed.Key) : TopicKey(job, $"{path}.key", spec.Key);
        var fields = Fields(job, path, spec);
        var format = RecordFormats.Find($"{path}.format", spec.Format, job.Errors);
        if (!job.Stage.Unknown && format.CannotWrite([.. fields.Select(f => job.Stage.Columns[f])]) is { } problem) job.Errors.Add($"{path}.format", problem);
        var target = spec.Stream is { } to ? new StreamTarget(to.Provider, to.Namespace) : null;
        job.Stage.Steps.Add(new SinkPlan(job.Id(Name), topic, format, when, key?.Index ?? -1, fields) { Stream = target });
    }

    protected override void Explain(Explanation text, SinkPlan plan, RowLayout rows) => Explain(text, Name, plan, rows);

    private static List<int> Fields(JobDraft job, string path, SinkSpec spec)
    {
        if (spec.Fields is { Count: 0 }) job.Errors.Add($"{path}.fields", "'fields' names at least one column; without it all columns are written");
        var fields = new List<int>();
        var names = spec.Fields ?? [.. job.Scope.Columns.Select(c => c.Name)];
        var seen = new HashSet<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (!seen.Add(names[i])) job.Errors.Add($"{path}.fields[{i}]", $"'{names[i]}' is here twice");
            else if (job.Column($"{path}.fields[{i}]", names[i]) is { } column) fields.Add(column.Index);
        }
        return fields;
    }

    private static string Topic(JobDraft job, string path, SinkSpec spec)
    {
        if (spec.Topic is null) job.Errors.Add($"{path}.topic", "'topic' is missing here, or 'stream'");
        else job.Topics.CheckSink($"{path}.topic", spec.Topic, spec.Loop);
        return spec.Topic ?? "";
    }

    private static ScopeColumn? TopicKey(JobDraft job, string path, string? name)
    {
        var key = name is null ? null : job.Column(path, name);
        if (key is { Type: ColumnType.Double }) job.Errors.Add(path, $"a key is not a double; '{key.Name}' is one");
        return key;
    }

    private static string StreamTopic(JobDraft job, string path, SinkSpec spec, StreamSpec stream)
    {
        if (spec.Topic is not null) job.Errors.Add($"{path}.topic", "a 'to' step writes to a 'topic' or to a 'stream'; make two steps of it");
        if (spec.Key is not null) job.Errors.Add($"{path}.key", "the key of a stream is said in 'stream': { provider: ..., namespace: ..., key: COLUMN }");
        if (spec.Format != JsonFormat.Instance.Name) job.Errors.Add($"{path}.format", "what goes to a stream is json");
        return job.Topics.Stream($"{path}.stream", stream);
    }

    private static ScopeColumn? StreamKey(JobDraft job, string path, string name)
    {
        var column = job.Column(path, name);
        if (column is not null && Rules.KeyProblem(column) is { } problem) job.Errors.Add(path, problem);
        return column;
    }
}
