using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Naming;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Stages;

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
        Rules.Positive("alignment", spec.Alignment, errors);
        if (spec.Slots is < 1 or > 1024) errors.Add("slots", "'slots' is a number from 1 to 1024");
        if (spec.Standby is < 0 or > 1) errors.Add("standby", "'standby' is 0 or 1: so many warm copies of every partition's state");
        if (spec.DeadLetters.Topic is { } topic) CheckDeadLetters(spec, topic, errors);
    }

    /// <summary>The plan of a spec without mistakes.</summary>
    public static JobPlan Plan(JobSpec spec, IReadOnlyList<StagePlan> stages, UInt128 fingerprint) => new(
        spec.Job, spec.Guarantee == DeliveryGuarantee.ExactlyOnce,
        (int)spec.Commit.Every.TotalMilliseconds, spec.Commit.Records, (int)spec.Snapshot.Every.TotalMilliseconds, spec.Snapshot.Records,
        (long)spec.Alignment.TotalMilliseconds, spec.Slots, JobTopics.DeadLetters(spec), stages, fingerprint)
    {
        Standby = spec.Standby,
    };

    /// <summary>A dead letter that came back would become another one, for ever.</summary>
    private static void CheckDeadLetters(JobSpec spec, string topic, SpecErrors errors)
    {
        const string Path = "dead_letters.topic";
        OwnTopics.Check(Path, topic, errors);
        if (spec.Sources.Values.Any(s => s.Topic == topic)) errors.Add(Path, $"the job reads '{topic}'; what it cannot use would come back without end");
        if (topic != $"{spec.Job}.dead-letters" && OwnTopics.Problem(topic) is null && OwnTopics.IsOf(spec.Job, topic)) errors.Add(Path, $"'{topic}' is one of the job's own topics");
    }

    private static void Positive(string path, long value, SpecErrors errors)
    {
        if (value < 1) errors.Add(path, $"'{Rules.Last(path)}' is at least 1");
    }

    private static void Range(string path, TimeSpan value, TimeSpan least, TimeSpan most, SpecErrors errors)
    {
        if (value < least || value > most)
            errors.Add(path,
                $"'{Rules.Last(path)}' is from {DurationText.Format((long)least.TotalMilliseconds)} to {DurationText.Format((long)most.TotalMilliseconds)}");
    }
}
