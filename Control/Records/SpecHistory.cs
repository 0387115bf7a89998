using StreamGrains.Contracts.Control;

namespace StreamGrains.Control.Records;

/// <summary>The specs that a job was handed in with: the newest and the last few before it, for people who ask what has changed. Pure.</summary>
public static class SpecHistory
{
    /// <summary>A job's record is written whole with every change, so what it drags along is bounded in number and in length.</summary>
    private const int MostEarlier = 19, MostCharacters = 1 << 20;

    /// <summary>All that is known, oldest first; the last is what the job runs.</summary>
    public static IReadOnlyList<JobRevision> Of(JobRecord record) => [.. record.Earlier, Current(record)];

    /// <summary>What the revision that follows has behind it.</summary>
    public static IReadOnlyList<JobRevision> Before(JobRecord last)
    {
        var left = MostCharacters;
        return [.. Of(last).TakeLast(MostEarlier).Reverse().TakeWhile(r => (left -= Length(r.Submission)) >= 0).Reverse()];
    }

    /// <summary>One of them, by its number.</summary>
    public static Answer<JobRevision> Find(IReadOnlyList<JobRevision> revisions, int number)
    {
        if (revisions.FirstOrDefault(r => r.Revision == number) is { } found) return found;
        var (first, last) = (revisions[0], revisions[^1]);
        var kept = revisions.Count == 1 ? $"revision {last.Revision} is" : $"revisions {first.Revision} to {last.Revision} are";
        return Refusal.Of(RefusalKind.NotFound, $"of job '{last.Job}' {kept} kept, and {number} is none of them");
    }

    private static JobRevision Current(JobRecord record) => new(record.Job, record.Revision, record.Submitted, record.SpecHash, record.Submission);

    private static int Length(JobSubmission submission) => submission.Spec.Length + submission.Set.Sum(s => s.Length) + submission.Models.Sum(m => m.Key.Length + m.Value.Length);
}
