using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Naming;

/// <summary>What Kafka accepts as a topic name.</summary>
internal static class Topics
{
    /// <summary>Leaves room for <c>.by-</c> and a key's name.</summary>
    public const int LongestJobName = 120;

    /// <summary>Of a stream provider and of a namespace: with the longest job name and both, a topic's name is as long as it can be.</summary>
    public const int LongestStreamName = 60;

    /// <summary>How topics end whose records go on to streams.</summary>
    public const string StreamEnd = ".stream";

    private const int LongestTopic = 249;

    /// <summary>What is wrong with a name, to follow its subject; null when nothing is.</summary>
    public static string? Problem(string name, int longest)
    {
        if (name.Length == 0) return "is empty";
        if (name.Length > longest) return $"has {name.Length} characters, {longest} are the most";
        if (name is "." or "..") return "cannot be '.' or '..'";
        var odd = name.Where(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')).Take(1).ToList();
        return odd.Count == 0 ? null : $"has a '{odd[0]}'; letters, digits, '.', '_' and '-' are possible";
    }

    /// <summary>Reports a topic name that Kafka would not accept.</summary>
    public static void Check(string path, string topic, SpecErrors errors)
    {
        if (Problem(topic, LongestTopic) is { } problem) errors.Add(path, $"the topic's name {problem}");
    }
}
