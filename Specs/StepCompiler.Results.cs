using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps.Score;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Specs;

/// <summary>The steps at the end: scores and sinks.</summary>
internal sealed partial class StepCompiler
{
    private void Score(string path, ScoreSpec score)
    {
        var features = new List<int>();
        if (score.Features.Count == 0) errors.Add($"{path}.features", "'features' names at least one column");
        for (var i = 0; i < score.Features.Count; i++) features.Add(Feature($"{path}.features[{i}]", score.Features[i]));
        if (score.Output.Count == 0) errors.Add($"{path}.output", "'output' has at least one column");
        if (score.Model.Length == 0) errors.Add($"{path}.model", "'model' names the ONNX file");
        models.Check(path, score);
        var outputs = score.Output.Keys.Select(name => Declare($"{path}.output.{name}", name, ColumnType.Double, nullable: false)).ToList();
        Stage.Steps.Add(new ScorePlan(Id("score"), models.PathOf(score.Model), features, outputs, [.. score.Output.Values]));
        foreach (var (name, from) in score.Output) Stage.Lineage.Define(name, Lineage.Hash("score", from));
        Stage.Scored = true;
    }

    private int Feature(string path, string name)
    {
        var column = Column(path, name);
        if (column?.Type is not { } type) return -1;
        var problem = type switch
        {
            ColumnType.String => $"a feature is a number or a bool; '{name}' is a string",
            ColumnType.Timestamp => $"a feature is a number or a bool; '{name}' is a timestamp, take hour({name}) or the like in a derive step",
            _ when column.Nullable =>
                $"a feature cannot be null, and '{name}' can; say what null counts as in a derive step: {Operators.Coalesced(name, type)}",
            _ => null,
        };
        if (problem is not null) errors.Add(path, problem);
        return column.Index;
    }

    private void To(string path, SinkSpec sink)
    {
        var topic = sink.Stream is { } stream ? StreamTopic(path, sink, stream) : SinkTopic(path, sink);
        var when = sink.When is null ? null : Condition($"{path}.when", sink.When, out _);
        var key = sink.Stream is not null ? StreamKey($"{path}.stream.key", sink.Stream.Key) : sink.Key is null ? null : Column($"{path}.key", sink.Key);
        if (sink.Stream is null && key is { Type: ColumnType.Double }) errors.Add($"{path}.key", $"a key is not a double; '{key.Name}' is one");
        if (sink.Fields is { Count: 0 }) errors.Add($"{path}.fields", "'fields' names at least one column; without it all columns are written");
        var fields = new List<int>();
        var names = sink.Fields ?? [.. Scope.Columns.Select(c => c.Name)];
        var seen = new HashSet<string>();
        for (var i = 0; i < names.Count; i++)
        {
            if (!seen.Add(names[i])) errors.Add($"{path}.fields[{i}]", $"'{names[i]}' is here twice");
            else if (Column($"{path}.fields[{i}]", names[i]) is { } column) fields.Add(column.Index);
        }
        var format = RecordFormats.Find($"{path}.format", sink.Format, errors);
        if (!Stage.Unknown && format.CannotWrite([.. fields.Select(f => Stage.Columns[f])]) is { } problem) errors.Add($"{path}.format", problem);
        var target = sink.Stream is { } to ? new StreamTarget(to.Provider, to.Namespace) : null;
        Stage.Steps.Add(new SinkPlan(Id("to"), topic, format, when, key?.Index ?? -1, fields) { Stream = target });
    }

    private ScopeColumn? Column(string path, string name)
    {
        var column = Scope.Find(name);
        if (column is null) errors.Add(path, $"unknown column '{name}'", Scope.Nearest(name));
        return column;
    }

    private void CheckSinkTopic(string path, string topic, bool loop)
    {
        var own = OwnTopics.IsOf(spec.Job, topic) || topic == JobSettings.DeadLetterTopic(spec);
        if (own) errors.Add(path, $"'{topic}' is one of the job's own topics");
        else OwnTopics.Check(path, topic, errors);
        if (!loop && spec.Sources.Values.Any(s => s.Topic == topic)) errors.Add(path, $"the job reads '{topic}'; it would read what it writes{(path.EndsWith(".to.topic", StringComparison.Ordinal) ? ". If that is meant, say loop: true" : "")}");
    }
}
