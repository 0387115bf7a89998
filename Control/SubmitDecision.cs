using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Savepoints;
using StreamGrains.Specs;

namespace StreamGrains.Control;

/// <summary>What a submission does to a job. Pure, but for the compiler that it is given.</summary>
public static class SubmitDecision
{
    /// <summary>
    /// The job's record from now on and the answer; or a refusal. <paramref name="existing"/> is null for a new job; <paramref name="draft"/> compiles what it runs, without models, for
    /// they are no part of what state means and may be gone.
    /// </summary>
    public static (JobRecord? Record, Answer<SubmitAnswer> Answer) Of(JobRecord? existing, CheckedSubmission submission, Func<JobSubmission, CompileResult> draft, DateTimeOffset now)
    {
        var record = new JobRecord
        {
            Job = submission.Plan.Name,
            Submission = submission.Submission with { AllowStateLoss = false },
            SpecHash = submission.Hash,
            Revision = 1,
            Fingerprint = submission.Plan.Fingerprint.ToString("x32", CultureInfo.InvariantCulture),
            Slots = submission.Slots,
            Standby = submission.Plan.Standby,
            Generation = submission.Plan.Generation,
            Submitted = now,
            Wanted = true,
        };
        if (existing is null) return (record, Outcome(record, SubmitOutcome.Created, [.. submission.Notes]));
        if (existing.SpecHash == record.SpecHash)
        {
            var same = existing with { Wanted = true };
            return (same, Outcome(same, existing.Wanted ? SubmitOutcome.Unchanged : SubmitOutcome.Restarted));
        }
        record = record with { Revision = existing.Revision + 1, Slots = existing.Slots, Generation = existing.Generation, Seed = existing.Seed, Earlier = SpecHistory.Before(existing) };
        if (!NeedsSavepoint(existing, record)) return (record, Outcome(record, SubmitOutcome.Upgraded, [.. submission.Notes, "all state carries over: nothing that it depends on has changed"]));
        if (draft(existing.Submission).Plan is not { } before) return (null, Refused(existing, "this program cannot read the spec before any more", null));
        if (StateCarryOver.Obstacle(before, submission.Plan) is { } obstacle) return (null, Refused(existing, obstacle, null));
        var carry = StateCarryOver.Of(before, submission.Plan);
        return carry.Loses && !submission.Submission.AllowStateLoss
            ? (null, Refused(existing, $"state would be lost. {string.Join("; ", carry.Notes)}", "allow that (`--allow-state-loss`), "))
            : (record, Outcome(record, SubmitOutcome.Upgraded, [.. submission.Notes, .. carry.Notes]));
    }

    /// <summary>Whether the new revision goes on from a savepoint of the one before, in which state has found its new places.</summary>
    public static bool NeedsSavepoint(JobRecord? before, JobRecord after) => before is not null && before.Fingerprint != after.Fingerprint;

    /// <summary>A refusal with the choices that are left.</summary>
    private static Refusal Refused(JobRecord existing, string why, string? choice) => Refusal.Of(
        RefusalKind.Conflict,
        $"this spec of job '{existing.Job}' does not go on from the state of revision {existing.Revision}: {why}. You can {choice}"
        + "give the job a new name to run it beside the old one from the start of the source, or stop the job and reset it (`streamgrains reset`) to start over");

    private static SubmitAnswer Outcome(JobRecord record, SubmitOutcome outcome, params string[] notes) =>
        new(record.Job, outcome, record.Revision, record.SpecHash, notes);
}
