using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;
using StreamGrains.Specs.Naming;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Stages;

/// <summary>The topics of one job: names for its own, and which of the others it may write. Owner: one <see cref="JobDraft"/>.</summary>
internal sealed class JobTopics(JobSpec spec, SpecErrors errors)
{
    private readonly HashSet<string> internals = [$"{spec.Job}.journal", $"{spec.Job}.snapshots"];
    private readonly Dictionary<string, (string Provider, string Namespace)> streams = [];

    /// <summary>Where dead letters go.</summary>
    public static string DeadLetters(JobSpec spec) => spec.DeadLetters.Topic ?? $"{spec.Job}.dead-letters";

    /// <summary>A name for the internal topic of rows by a key.</summary>
    public string By(string key)
    {
        var topic = $"{spec.Job}.by-{key}";
        for (var n = 2; !internals.Add(topic); n++) topic = $"{spec.Job}.by-{key}-{n}";
        return topic;
    }

    /// <summary>Reports a topic that rows cannot go to.</summary>
    /// <param name="path">Where it is named.</param>
    /// <param name="topic">Its name.</param>
    /// <param name="loop">Whether it may be one that the job reads; null where nobody can say so.</param>
    public void CheckSink(string path, string topic, bool? loop)
    {
        if (OwnTopics.IsOf(spec.Job, topic) || topic == DeadLetters(spec)) errors.Add(path, $"'{topic}' is one of the job's own topics");
        else OwnTopics.Check(path, topic, errors);
        if (loop == true || spec.Sources.Values.All(s => s.Topic != topic)) return;
        errors.Add(path, $"the job reads '{topic}'; it would read what it writes{(loop is null ? "" : ". If that is meant, say loop: true")}");
    }

    /// <summary>The topic of rows that go on to a stream. It is named after what it goes to and not after the step, so that steps can change places while records wait in it.</summary>
    public string Stream(string path, StreamSpec stream)
    {
        CheckPart($"{path}.provider", "provider", stream.Provider);
        CheckPart($"{path}.namespace", "namespace", stream.Namespace);
        var topic = $"{spec.Job}.{stream.Provider}.{stream.Namespace}{Naming.Topics.StreamEnd}";
        var taken = spec.Sources.Values.Any(s => s.Topic == topic)
            || (!streams.TryAdd(topic, (stream.Provider, stream.Namespace)) && streams[topic] != (stream.Provider, stream.Namespace));
        if (taken) errors.Add(path, $"another part of the job has the topic '{topic}' already: rename the provider or the namespace");
        return topic;
    }

    private void CheckPart(string path, string what, string name)
    {
        if (Naming.Topics.Problem(name, Naming.Topics.LongestStreamName) is { } problem)
            errors.Add(path, $"the {what}'s name {problem}: it is a part of an internal topic's name");
    }
}
