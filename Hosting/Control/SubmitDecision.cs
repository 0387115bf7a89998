using System.Globalization;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Hosting.Control;

/// <summary>What a submission does to a job. Pure.</summary>
internal static class SubmitDecision
{
    /// <summary>
    /// The job's record from now on and the answer; or a refusal. <paramref name="existing"/> is null for a new job.
    /// </summary>
    public static (JobRecord? Record, Answer<SubmitAnswer> Answer) Of(JobRecord? existing, CheckedSubmission submission, DateTimeOffset now)
    {
        var record = new JobRecord
        {
            Job = submission.Plan.Name,
            Submission = submission.Submission,
            SpecHash = submission.Hash,
            Revision = 1,
            Fingerprint = submission.Plan.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
            Slots = submission.Slots,
            Standby = submission.Plan.Standby,
            Generation = submission.Plan.Generation,
            Submitted = now,
            Wanted = true,
        };
        if (existing is null) return (record, Outcome(record, SubmitOutcome.Created));
        if (existing.SpecHash == record.SpecHash)
        {
            var same = existing with { Wanted = true };
            return (same, Outcome(same, existing.Wanted ? SubmitOutcome.Unchanged : SubmitOutcome.Restarted));
        }
        if (existing.Fingerprint != record.Fingerprint)
            return (null, Refusal.Of(
                RefusalKind.Conflict,
                $"this spec of job '{record.Job}' changes what its state means (fields, times or steps up to the last one that keeps state), so the state of revision {existing.Revision} does not fit it: "
                + "give the job a new name to run it beside the old one from the start of the source, or stop the job and reset it (`streamgrains reset`) to start over"));
        record = record with { Revision = existing.Revision + 1, Slots = existing.Slots, Generation = existing.Generation, Seed = existing.Seed };
        return (record, Outcome(record, SubmitOutcome.Upgraded, "all state carries over: nothing that it depends on has changed"));
    }

    private static SubmitAnswer Outcome(JobRecord record, SubmitOutcome outcome, params string[] notes) =>
        new(record.Job, outcome, record.Revision, record.SpecHash, notes);
}
