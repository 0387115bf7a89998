using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Specs;

/// <summary>Everything of a job but its sources and steps.</summary>
internal static class JobSettings
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    /// <summary>Reports what is out of range.</summary>
    public static void Check(JobSpec spec, SpecErrors errors)
    {
        if (Topics.Problem(spec.Job, Topics.LongestJobName) is { } problem)
            errors.Add("job", $"the job's name {problem}: it begins the names of the job's topics");
        else if (OwnTopics.JobProblem(spec.Job) is { } reserved) errors.Add("job", $"the job's name {reserved}");
        Range("commit.every", spec.Commit.Every, OneMillisecond, TimeSpan.FromMinutes(5), errors);
        Range("snapshot.every", spec.Snapshot.Every, OneMillisecond, TimeSpan.FromDays(1), errors);
        Positive("commit.records", spec.Commit.Records, errors);
        Positive("snapshot.records", spec.Snapshot.Records, errors);
        Positive("alignment", spec.Alignment, errors);
        if (spec.Slots is < 1 or > 1024) errors.Add("slots", "'slots' is a number from 1 to 1024");
        if (spec.Standby is < 0 or > 1) errors.Add("standby", "'standby' is 0 or 1: so many warm copies of every partition's state");
        // Rows written before a crash stay in the internal topic without a transaction, and state behind it would count them twice.
        if (spec.Guarantee == DeliveryGuarantee.AtLeastOnce && spec.Steps.Any(s => s.Key is not null))
            errors.Add("guarantee", "'at-least-once' does not go with a 'key' step: what is written to the internal topic must be committed as one; use exactly-once");
        if (spec.DeadLetters.Topic is { } topic) CheckDeadLetters(spec, topic, errors);
    }

    /// <summary>The plan of a spec without mistakes.</summary>
    public static JobPlan Plan(JobSpec spec, IReadOnlyList<StagePlan> stages, UInt128 fingerprint) => new(
        spec.Job, spec.Guarantee == DeliveryGuarantee.ExactlyOnce ? Guarantee.ExactlyOnce : Guarantee.AtLeastOnce,
        (int)spec.Commit.Every.TotalMilliseconds, spec.Commit.Records, (int)spec.Snapshot.Every.TotalMilliseconds, spec.Snapshot.Records,
        (long)spec.Alignment.TotalMilliseconds, spec.Slots, DeadLetterTopic(spec), stages, fingerprint)
    {
        Standby = spec.Standby,
    };

    /// <summary>Where dead letters go.</summary>
    public static string DeadLetterTopic(JobSpec spec) => spec.DeadLetters.Topic ?? $"{spec.Job}.dead-letters";

    /// <summary>A dead letter that came back would become another one, for ever.</summary>
    private static void CheckDeadLetters(JobSpec spec, string topic, SpecErrors errors)
    {
        const string Path = "dead_letters.topic";
        OwnTopics.Check(Path, topic, errors);
        if (spec.Sources.Values.Any(s => s.Topic == topic)) errors.Add(Path, $"the job reads '{topic}'; what it cannot use would come back without end");
        if (topic != $"{spec.Job}.dead-letters" && OwnTopics.Problem(topic) is null && OwnTopics.IsOf(spec.Job, topic)) errors.Add(Path, $"'{topic}' is one of the job's own topics");
    }

    /// <summary>Reports a duration that is not longer than nothing.</summary>
    public static void Positive(string path, TimeSpan value, SpecErrors errors)
    {
        if (value <= TimeSpan.Zero) errors.Add(path, $"'{Name(path)}' is longer than 0");
        else if (value > DurationText.Longest) errors.Add(path, $"'{Name(path)}' is at most {DurationText.Longest.Days}d");
    }

    private static void Positive(string path, long value, SpecErrors errors)
    {
        if (value < 1) errors.Add(path, $"'{Name(path)}' is at least 1");
    }

    private static void Range(string path, TimeSpan value, TimeSpan least, TimeSpan most, SpecErrors errors)
    {
        if (value < least || value > most)
            errors.Add(path,
                $"'{Name(path)}' is from {DurationText.Format((long)least.TotalMilliseconds)} to {DurationText.Format((long)most.TotalMilliseconds)}");
    }

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];
}
