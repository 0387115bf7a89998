using StreamGrains.Contracts;
using StreamGrains.Engine.Formats.Json;

namespace StreamGrains.Specs;

/// <summary>What a sink writes to: a topic that others read, or one of the job's own whose records go on to a stream.</summary>
internal sealed partial class StepCompiler
{
    private readonly Dictionary<string, (string Provider, string Namespace)> streamTopics = [];

    private string SinkTopic(string path, SinkSpec sink)
    {
        if (sink.Topic is null) errors.Add($"{path}.topic", "'topic' is missing here, or 'stream'");
        else CheckSinkTopic($"{path}.topic", sink.Topic, sink.Loop);
        return sink.Topic ?? "";
    }

    /// <summary>
    /// Named after what it goes to and not after the step, so that steps can change places while records wait in it.
    /// </summary>
    private string StreamTopic(string path, SinkSpec sink, StreamSpec stream)
    {
        if (sink.Topic is not null) errors.Add($"{path}.topic", "a 'to' step writes to a 'topic' or to a 'stream'; make two steps of it");
        if (sink.Key is not null) errors.Add($"{path}.key", "the key of a stream is said in 'stream': { provider: ..., namespace: ..., key: COLUMN }");
        if (sink.Format != JsonFormat.Instance.Name) errors.Add($"{path}.format", "what goes to a stream is json");
        CheckName($"{path}.stream.provider", "provider", stream.Provider);
        CheckName($"{path}.stream.namespace", "namespace", stream.Namespace);
        var topic = $"{spec.Job}.{stream.Provider}.{stream.Namespace}{Topics.StreamEnd}";
        var taken = spec.Sources.Values.Any(s => s.Topic == topic)
            || (!streamTopics.TryAdd(topic, (stream.Provider, stream.Namespace)) && streamTopics[topic] != (stream.Provider, stream.Namespace));
        if (taken) errors.Add($"{path}.stream", $"another part of the job has the topic '{topic}' already: rename the provider or the namespace");
        return topic;
    }

    private ScopeColumn? StreamKey(string path, string name)
    {
        var column = Column(path, name);
        if (column is not null && SourceCompiler.KeyProblem(column) is { } problem) errors.Add(path, problem);
        return column;
    }

    private void CheckName(string path, string what, string name)
    {
        if (Topics.Problem(name, Topics.LongestStreamName) is { } problem) errors.Add(path, $"the {what}'s name {problem}: it is a part of an internal topic's name");
    }
}
