using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Naming;

namespace StreamGrains.Control;

/// <summary>Topics that a job writes for others to read.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Sinks">Topics of its results and late rows.</param>
/// <param name="DeadLetters">Topic of its dead letters; null when that is not known.</param>
public sealed record WrittenTopics(string Job, IReadOnlyList<string> Sinks, string? DeadLetters)
{
    /// <summary>Those of a plan.</summary>
    public static WrittenTopics Of(JobPlan plan) => new(plan.Name, plan.ResultTopics, plan.DeadLetterTopic);
}

/// <summary>
/// Whether a job may have the names that it asks for beside the jobs that there are: no job writes another's own topics, and no two have a consumer group in common. Pure; what a name alone
/// forbids, the compiler has refused before (<see cref="OwnTopics"/>).
/// </summary>
public static class TopicClaims
{
    private static readonly string[] GroupEnds = [".members", ".streams"];

    /// <summary>Why it may not, in words for who hands the job in; null when it may.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="topics">Topics that there are.</param>
    /// <param name="others">What is known of other jobs, whose topics may not be there yet; the job itself may be among them.</param>
    public static string? Problem(JobPlan plan, IEnumerable<string> topics, IReadOnlyCollection<WrittenTopics> others)
    {
        var mine = WrittenTopics.Of(plan);
        var strangers = others.Where(o => o.Job != plan.Name).ToList();
        var names = strangers.Select(o => o.Job).Concat(OwnTopics.JobsWithJournal(topics)).Where(n => n != plan.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return Groups(plan.Name, names)
            ?? mine.Sinks.Append(plan.DeadLetterTopic).Select(t => Taken(plan.Name, t, names)).FirstOrDefault(p => p is not null)
            ?? strangers.Where(o => o.DeadLetters is not null && mine.Sinks.Contains(o.DeadLetters)).Select(o => MixedIn(plan.Name, o.DeadLetters!, o.Job)).FirstOrDefault()
            ?? strangers.Select(o => Written(plan.Name, o)).FirstOrDefault(p => p is not null);
    }

    private static string? Taken(string job, string topic, IEnumerable<string> names)
    {
        var owner = OwnTopics.IsOf(job, topic) ? null : names.FirstOrDefault(n => OwnTopics.IsOf(n, topic));
        return owner is null ? null : $"job '{job}' would write to '{topic}', which is job '{owner}'s own: its records would be read as that job's and stop it. Write to a topic of another name";
    }

    private static string MixedIn(string job, string topic, string owner) =>
        $"job '{job}' would write results to '{topic}', where the dead letters of job '{owner}' go: write to a topic of another name";

    private static string? Written(string job, WrittenTopics other)
    {
        var topic = other.Sinks.Append(other.DeadLetters).FirstOrDefault(t => t is not null && OwnTopics.IsOf(job, t) && !OwnTopics.IsOf(other.Job, t));
        return topic is null ? null : $"job '{other.Job}' writes to '{topic}', which would be job '{job}'s own: give one of the two another name";
    }

    private static string? Groups(string job, IEnumerable<string> names)
    {
        var other = names.FirstOrDefault(n => GroupEnds.Any(end => job == n + end || n == job + end));
        return other is null ? null : $"jobs '{job}' and '{other}' would have a consumer group in common: a job's groups are its name alone and with {string.Join(" or ", GroupEnds.Select(e => $"'{e}'"))} behind it. Give one of the two another name";
    }
}
