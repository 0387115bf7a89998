using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Specs;

namespace StreamGrains.Control.Tests;

public sealed class SubmitDecisionTests
{
    private const string Spec = """
        job: payments
        sources:
          events: { topic: events, fields: { id: long, ts: timestamp_ms, amount: double }, key: id, event_time: ts }
        steps:
          - from: events
          - rolling: { n: count() over 1d }
          - to: { topic: counted }
        """;

    [Fact]
    public void A_new_job_is_created_as_revision_1()
    {
        var (record, answer) = Decide(null, Spec);
        Assert.Equal((SubmitOutcome.Created, 1), (answer.Value!.Outcome, answer.Value.Revision));
        Assert.Equal(("payments", 4, true), (record!.Job, record.Slots, record.Wanted));
    }

    [Fact]
    public void The_same_submission_again_changes_nothing()
    {
        var first = Decide(null, Spec).Record!;
        var (record, answer) = Decide(first, Spec);
        Assert.Equal(SubmitOutcome.Unchanged, answer.Value!.Outcome);
        Assert.Equal(first, record);
    }

    [Fact]
    public void The_same_submission_starts_a_stopped_job_again()
    {
        var stopped = Decide(null, Spec).Record! with { Wanted = false };
        var (record, answer) = Decide(stopped, Spec);
        Assert.Equal(SubmitOutcome.Restarted, answer.Value!.Outcome);
        Assert.True(record!.Wanted);
    }

    [Fact]
    public void A_spec_that_leaves_state_alone_upgrades_the_job_and_keeps_its_slots()
    {
        var first = Decide(null, Spec).Record! with { Slots = 3 };
        var (record, answer) = Decide(first, Spec.Replace("topic: counted", "topic: counted-2", StringComparison.Ordinal));
        Assert.Equal((SubmitOutcome.Upgraded, 2), (answer.Value!.Outcome, answer.Value.Revision));
        Assert.Equal((2, 3), (record!.Revision, record.Slots));
        Assert.Contains("state carries over", answer.Value.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_adds_state_upgrades_the_job_and_says_what_becomes_of_each_step()
    {
        var first = Decide(null, Spec).Record!;
        var (record, answer) = Decide(first, Spec.Replace("  - to:", "  - rolling: { added: sum(amount) over 7d }\n  - to:", StringComparison.Ordinal));
        Assert.Equal((SubmitOutcome.Upgraded, 2), (answer.Value!.Outcome, record!.Revision));
        Assert.True(SubmitDecision.NeedsSavepoint(first, record));
        Assert.Equal(
            ["source 'events': its place and event time are carried over", "rolling-1 (n): carried over", "rolling-2 (added): starts empty, complete after 7d of event time"], answer.Value.Notes);
    }

    [Fact]
    public void A_spec_that_drops_state_is_refused_with_what_it_drops_and_the_choices_unless_that_is_allowed()
    {
        var first = Decide(null, Spec).Record!;
        var longer = Spec.Replace("over 1d", "over 2d", StringComparison.Ordinal);
        var (record, answer) = Decide(first, longer);
        Assert.Null(record);
        Assert.Equal(RefusalKind.Conflict, answer.Refusal!.Kind);
        foreach (var part in new[] { "rolling-1 (n) of the revision before: dropped", "rolling-1 (n): starts empty", "--allow-state-loss", "new name", "reset" })
            Assert.Contains(part, answer.Refusal.Message, StringComparison.Ordinal);

        (record, answer) = Decide(first, longer, allowLoss: true);
        Assert.Equal(SubmitOutcome.Upgraded, answer.Value!.Outcome);
        Assert.Contains("rolling-1 (n) of the revision before: dropped", answer.Value.Notes);
        Assert.False(record!.Submission.AllowStateLoss);
    }

    [Fact]
    public void Another_source_is_refused_whatever_is_allowed()
    {
        var (record, answer) = Decide(Decide(null, Spec).Record!, Spec.Replace("topic: events", "topic: others", StringComparison.Ordinal), allowLoss: true);
        Assert.Null(record);
        Assert.Contains("its source is another", answer.Refusal!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("--allow-state-loss", answer.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_and_models_are_part_of_what_is_handed_in_and_the_file_name_is_not()
    {
        var plain = new JobSubmission { Spec = Spec };
        var hashes = new[]
        {
            plain, plain with { Set = ["commit.every=1s"] }, plain with { Set = ["commit.every=1", "s"] }, plain with { Models = new Dictionary<string, string> { ["a"] = "b" } },
            plain with { AcceptLoss = ["events[0]"] },
        }.Select(JobRecord.HashOf);
        Assert.Equal(5, hashes.Distinct().Count());
        Assert.Equal(JobRecord.HashOf(plain), JobRecord.HashOf(plain with { File = "other.yaml", AllowStateLoss = true }));
    }

    private static (JobRecord? Record, Answer<SubmitAnswer> Answer) Decide(JobRecord? existing, string spec, bool allowLoss = false)
    {
        var plan = JobCompiler.Compile(spec, "job.yaml", [], null, ".").Plan!;
        var submission = new JobSubmission { Spec = spec, AllowStateLoss = allowLoss };
        return SubmitDecision.Of(existing, new CheckedSubmission(submission, JobRecord.HashOf(submission), plan, 4, 4), s => JobCompiler.Compile(s.Spec, s.File, s.Set, null, "."), DateTimeOffset.UnixEpoch);
    }
}
