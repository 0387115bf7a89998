using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Naming;

/// <summary>
/// Whose a topic, or a name that a job would have, is by its name alone. A job's own topics are no other job's to write: a foreign record in a journal stops its job at the next start. Pure.
/// </summary>
public static class OwnTopics
{
    private const string Journal = ".journal", Snapshots = ".snapshots", KafkaMark = "__";

    /// <summary>Why no job may write to a topic, whatever jobs there are; null when one may.</summary>
    public static string? Problem(string topic)
    {
        if (topic.StartsWith(KafkaMark, StringComparison.Ordinal)) return $"'{topic}' is one of Kafka's own topics: names that begin with '{KafkaMark}' are not for results";
        var first = WithoutGeneration(topic);
        var kind = first.EndsWith(Journal, StringComparison.Ordinal) ? "journal" : first.EndsWith(Snapshots, StringComparison.Ordinal) ? "topic of snapshots" : null;
        return kind is null ? null : $"'{topic}' is the {kind} of a job '{first[..first.LastIndexOf('.')]}', whether there is one now or not: write to a topic of another name";
    }

    /// <summary>Whether a topic is one that this job alone makes and writes, in any of its generations.</summary>
    public static bool IsOf(string job, string topic)
    {
        if (!topic.StartsWith($"{job}.", StringComparison.Ordinal)) return false;
        var rest = WithoutGeneration(topic)[job.Length..];
        return rest is Journal or Snapshots or ".dead-letters" or ".changes" || rest.StartsWith(".by-", StringComparison.Ordinal)
            || (rest.EndsWith(Topics.StreamEnd, StringComparison.Ordinal) && rest.Count(c => c == '.') >= 3);
    }

    /// <summary>Jobs that have a journal among these topics.</summary>
    public static IEnumerable<string> JobsWithJournal(IEnumerable<string> topics) =>
        topics.Select(WithoutGeneration).Where(t => t.Length > Journal.Length && t.EndsWith(Journal, StringComparison.Ordinal)).Select(t => t[..^Journal.Length]).Distinct();

    /// <summary>Reports a topic that a job is to write and must not.</summary>
    public static void Check(string path, string topic, SpecErrors errors)
    {
        Topics.Check(path, topic, errors);
        if (Problem(topic) is { } problem) errors.Add(path, problem);
    }

    /// <summary>What is wrong with a job's name that would take the place of something else, to follow its subject; null when nothing is.</summary>
    public static string? JobProblem(string job) => job switch
    {
        ['.', ..] => "begins with a '.': such names are the server's own, in its data directory",
        ['_', '_', ..] => $"begins with '{KafkaMark}': such topics are Kafka's own",
        "models" or "streamgrains-models" => "is reserved: models that are handed in are kept under it",
        _ when job.EndsWith(".lock", StringComparison.OrdinalIgnoreCase) => "ends with '.lock': such files say which jobs run",
        _ => null,
    };

    private static string WithoutGeneration(string topic)
    {
        var dot = topic.LastIndexOf('.');
        return dot > 0 && dot < topic.Length - 1 && topic.AsSpan(dot + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? topic[..dot] : topic;
    }
}
