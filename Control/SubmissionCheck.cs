using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Runtime;
using StreamGrains.Specs;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Control;

/// <summary>A submission without mistakes.</summary>
/// <param name="Submission">What was handed in.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Plan">What the job does; models are files of this machine.</param>
/// <param name="SourcePartitions">Partitions of the source topic.</param>
/// <param name="Slots">Slots that the job has, or would start with.</param>
/// <param name="Notes">What a person should know of it.</param>
public sealed record CheckedSubmission(JobSubmission Submission, string Hash, JobPlan Plan, int SourcePartitions, int Slots, params IReadOnlyList<string> Notes);

/// <summary>What a server knows of jobs.</summary>
/// <param name="Existing">What is remembered of a job by its name; null for a new one.</param>
/// <param name="Others">What the jobs write that the server has.</param>
public sealed record KnownJobs(Func<string, JobRecord?> Existing, Func<Task<IReadOnlyList<WrittenTopics>>> Others);

/// <summary>Checks submissions: spec, models, source topic. Any thread.</summary>
/// <param name="environment">Kafka and models.</param>
/// <param name="files">Model files that were handed in.</param>
/// <param name="modelDirectory">The server's own models.</param>
/// <param name="host">Functions of the host program.</param>
/// <param name="providers">Names of the stream providers of this process; null where there are no streams.</param>
/// <param name="time">Clock; null for the system's.</param>
public sealed class SubmissionCheck(
    IJobEnvironment environment, ModelFiles files, string modelDirectory, HostFunctions? host = null, Func<IReadOnlyCollection<string>>? providers = null, TimeProvider? time = null)
{
    private readonly StrangerWatch strangers = new(environment, time ?? TimeProvider.System);

    /// <summary>Compiles a submission without its models, to learn the job's name, or what its state means; or every mistake.</summary>
    public CompileResult Draft(JobSubmission submission) => JobCompiler.Compile(submission.Spec, submission.File, submission.Set, models: null, ".", host);

    /// <summary>What a job writes; its name alone when this program cannot read the spec any more.</summary>
    public WrittenTopics WrittenBy(string job, JobSubmission submission) => Draft(submission).Plan is { } plan ? WrittenTopics.Of(plan) : new WrittenTopics(job, [], null);

    /// <summary>Compiles a submission, and holds it against the cluster and the jobs that there are; every mistake is in the refusal.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="known">What the server knows of jobs.</param>
    /// <param name="trial">Nothing is to come of it: models may be uploaded later.</param>
    /// <param name="cancel">Ends the check.</param>
    public async Task<Answer<CheckedSubmission>> Check(JobSubmission submission, KnownJobs known, bool trial, CancellationToken cancel)
    {
        try
        {
            var (plan, notes, refusal) = await Compile(submission, trial, cancel);
            if (plan is null) return refusal!;
            if (StreamOutputs.Problem(plan, providers?.Invoke()) is { } problem) return Refusal.Of(RefusalKind.Invalid, problem);
            var there = await Task.Run(environment.Topics, cancel);
            if (TopicClaims.Problem(plan, there.Keys, await known.Others()) is { } taken) return Refusal.Of(RefusalKind.Conflict, taken);
            var existing = known.Existing(plan.Name);
            var answer = WithTopics(submission, plan, existing, there);
            if (answer.Value is not { } good) return answer;
            good = good with { Notes = notes };
            return existing is null ? await strangers.Look(good, there, cancel) : good;
        }
        catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
        {
            return refusal;
        }
    }

    /// <summary>The plan of a submission that was accepted before. Throws <see cref="Engine.JobFailed"/> when it cannot be had any more (a model file is gone, say).</summary>
    public async Task<JobPlan> Plan(JobSubmission submission, int generation, CancellationToken cancel)
    {
        var (plan, _, refusal) = await Compile(submission, trial: false, cancel);
        return plan?.AtGeneration(generation) ?? throw new Engine.JobFailed($"{refusal!.Message}: {string.Join("; ", refusal.Mistakes)}");
    }

    /// <summary>
    /// Partitions of each stage's input topic. Throws <see cref="IOException"/> when Kafka does not answer, <see cref="Engine.JobFailed"/> when a topic is gone.
    /// </summary>
    public Task<IReadOnlyList<int>> Partitions(JobPlan plan, CancellationToken cancel) => Task.Run<IReadOnlyList<int>>(
        () =>
        {
            var there = environment.Topics();
            return [.. plan.Stages.Select(s => there.TryGetValue(s.Input.Topic, out var n) ? n : throw new Engine.JobFailed($"topic '{s.Input.Topic}' of job '{plan.Name}' does not exist"))];
        },
        cancel);

    /// <summary>Makes the topics that the job needs and that are not there; the refusal says why they cannot be had.</summary>
    public Task<Refusal?> EnsureTopics(CheckedSubmission submission, CancellationToken cancel) => Task.Run(
        () =>
        {
            try
            {
                var cluster = environment.Connect(submission.Plan);
                using var owned = cluster as IDisposable;
                cluster.EnsureTopics(environment.TopicsOf(submission.Plan, submission.SourcePartitions, submission.Slots));
                cluster.CheckTopics();
                return null;
            }
            catch (Exception failure) when (OutsideFailures.RefusalOf(failure) is { } refusal)
            {
                return refusal;
            }
        },
        cancel);

    /// <summary>The refusal of a spec with mistakes.</summary>
    public static Refusal Mistakes(IReadOnlyList<SpecError> errors) =>
        new(RefusalKind.Invalid, errors.Count == 1 ? "the spec has a mistake" : $"the spec has {errors.Count} mistakes", errors);

    private async Task<(JobPlan? Plan, IReadOnlyList<string> Notes, Refusal? Refusal)> Compile(JobSubmission submission, bool trial, CancellationToken cancel)
    {
        if (submission.AcceptLoss.FirstOrDefault(p => !TopicPartition.TryParse(p, out _)) is { } wrong)
            return (null, [], Refusal.Of(RefusalKind.Invalid, $"'acceptLoss' holds '{wrong}': a partition reads TOPIC[P], such as payments[3]"));
        var (models, missing) = await SubmittedModels.Find(submission, environment.Models, files, modelDirectory, trial, cancel);
        if (missing.Count > 0)
            return (null, [], Refusal.Of(RefusalKind.Invalid, $"no file with this content was handed in for {string.Join(", ", missing.Select(m => $"'{m}'"))}: upload it first. {SubmittedModels.HowToUpload}"));
        var result = await Task.Run(() => JobCompiler.Compile(submission.Spec, submission.File, submission.Set, models, modelDirectory, host), cancel);
        if (result.Plan is not null) return (models.Resolve(result.Plan) with { AcceptedLosses = TopicPartition.All(submission.AcceptLoss) }, [.. models.Notes], null);
        return (null, [], Mistakes(result.Errors));
    }

    private static Answer<CheckedSubmission> WithTopics(JobSubmission submission, JobPlan plan, JobRecord? existing, IReadOnlyDictionary<string, int> there)
    {
        var source = plan.Stages[0].Input.Topic;
        if (!there.TryGetValue(source, out var partitions))
        {
            var near = NearestName.Of(source, there.Keys);
            return Refusal.Of(RefusalKind.Invalid, $"the source topic '{source}' of job '{plan.Name}' does not exist. {(near is null ? "Create it before the job is handed in." : $"Did you mean '{near}'?")}");
        }
        plan = plan.AtGeneration(existing?.Generation ?? plan.LatestGeneration(there.Keys));
        var slots = existing?.Slots ?? (there.TryGetValue(plan.JournalTopic, out var journal) ? journal : JobRun.DefaultSlots(plan, partitions));
        if (plan.Slots is { } wanted && wanted != slots)
            return Refusal.Of(RefusalKind.Conflict, $"job '{plan.Name}' has {slots} slots since it first started, and the spec says {wanted}: set slots: {slots}, or rescale the job");
        return new CheckedSubmission(submission, JobRecord.HashOf(submission), plan, partitions, slots);
    }
}
