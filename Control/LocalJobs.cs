using System.Collections.Concurrent;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Control;

/// <summary>
/// Jobs of one process that has all of their slots: what is asked is remembered in files, so a server that starts again runs what it ran. Any thread; changes to a job wait for one another.
/// A change that has begun is finished, also when who asked for it is gone: a job may stand still halfway.
/// </summary>
public sealed partial class LocalJobs : IJobControl, IDisposable
{
    private readonly JobHost host;
    private readonly SubmissionCheck check;
    private readonly GenerationChange generations;
    private readonly RecordFiles files;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, LocalJob> jobs = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private bool disposed;

    public LocalJobs(JobHost host, SubmissionCheck check, GenerationChange generations, RecordFiles files, TimeProvider time) =>
        (this.host, this.check, this.generations, this.files, this.time) = (host, check, generations, files, time);

    /// <summary>Remembers the jobs of before; call it first. Throws <see cref="IOException"/> naming the record that cannot be read.</summary>
    public void Load()
    {
        foreach (var record in files.Load()) Of(record.Job).Life.Load(record);
    }

    /// <summary>
    /// Goes on with what ran when the server stopped. A job that cannot be had any more stays on the list, stopped, and its log says why; one that cannot start at the moment is tried again.
    /// </summary>
    public async Task Resume(CancellationToken cancel)
    {
        foreach (var job in jobs.OrderBy(j => j.Key, StringComparer.Ordinal)) await job.Value.Advance(cancel);
    }

    /// <summary>The server stops: what has begun gives up where it may, and nothing is tried again. Call it before the host goes.</summary>
    public void End() => ending.Cancel();

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> List(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobSummary>>([.. Records().OrderBy(r => r.Job, StringComparer.Ordinal).Select(r => StatusMerge.Summary(StatusOf(r)))]);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Status(string job, CancellationToken cancel) => Read<JobStatus>(job, record => StatusOf(record));

    /// <inheritdoc/>
    public async Task<Answer<SubmitAnswer>> Submit(JobSubmission submission, CancellationToken cancel)
    {
        var answer = await check.Check(submission, Known, trial: false, cancel);
        if (answer.Value is not { } good) return answer.Refusal!;
        var job = Of(good.Plan.Name);
        return await job.Alone(() => job.Life.Submit(good), cancel);
    }

    /// <inheritdoc/>
    public async Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission, CancellationToken cancel)
    {
        var answer = await check.Check(submission, Known, trial: true, cancel);
        return answer.Value is { } good ? SubmitDecision.Of(RecordOf(good.Plan.Name), good, check.Draft, time.GetUtcNow()).Answer : answer.Refusal!;
    }

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel) => ChangeStatus(
        job,
        async (life, record) =>
        {
            await life.Stop(record);
            return null;
        },
        cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Start(string job, CancellationToken cancel) => ChangeStatus(job, (life, record) => life.Start(record), cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> TakeSavepoint(string job, CancellationToken cancel) => Change(job, (life, record) => life.TakeSavepoint(record, stop: false), cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> StopWithSavepoint(string job, CancellationToken cancel) => Change(job, (life, record) => life.TakeSavepoint(record, stop: true), cancel);

    /// <inheritdoc/>
    public async Task<Answer<IReadOnlyList<Savepoint>>> Savepoints(string job, CancellationToken cancel) =>
        RecordOf(job) is { } record ? await generations.List(record, cancel) : Unknown(job);

    /// <inheritdoc/>
    public Task<Answer<RemovedSavepoint>> RemoveSavepoint(string job, string savepoint, CancellationToken cancel) =>
        Change(job, (_, record) => generations.Remove(record, savepoint, ending.Token), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(string job, int keep, CancellationToken cancel) =>
        Change(job, (_, record) => generations.KeepNewest(record, keep, ending.Token), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> StartFrom(string job, string savepoint, CancellationToken cancel) => ChangeStatus(job, (life, record) => life.StartFrom(record, savepoint), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Rescale(string job, int slots, CancellationToken cancel) => ChangeStatus(job, (life, record) => life.Rescale(record, slots), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel) => Change(job, (life, record) => life.Remove(record), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel) => Read<IReadOnlyList<JobLogLine>>(job, _ => new(host.Log(job, after, most), null));

    /// <inheritdoc/>
    public async Task<Answer<QueryAnswer>> Query(string job, string key, CancellationToken cancel)
    {
        if (RecordOf(job) is not { } record) return Unknown(job);
        if (!record.Wanted) return QueryMerge.Stopped(job);
        return QueryMerge.Of(await Task.WhenAll(Enumerable.Range(0, record.Slots).Select(slot => host.Find(job, slot, key))).WaitAsync(cancel));
    }

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions(string job, CancellationToken cancel) => Read<IReadOnlyList<JobRevision>>(job, record => new(SpecHistory.Of(record), null));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel) => Read<IReadOnlyList<JobModel>>(job, record => new(record.Models(), null));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ModelUser>>> ModelUsers(CancellationToken cancel) => Task.FromResult(
        new Answer<IReadOnlyList<ModelUser>>([.. Records().SelectMany(r => r.Models().Select(m => new ModelUser(r.Job, m)))], null));

    public void Dispose()
    {
        // It is two services of one provider, and so may be disposed twice.
        if (disposed) return;
        disposed = true;
        End();
        foreach (var job in jobs.Values) job.Dispose();
        ending.Dispose();
    }

    private KnownJobs Known => new(RecordOf, Written);

    /// <summary>The place of a job that there is or is to be.</summary>
    private LocalJob Of(string job) => jobs.GetOrAdd(job, name => new LocalJob(name, this));

    private JobRecord? RecordOf(string job) => jobs.GetValueOrDefault(job)?.Life.Record;

    private IEnumerable<JobRecord> Records() => jobs.Values.Select(j => j.Life.Record).OfType<JobRecord>();

    private JobStatus StatusOf(JobRecord record) => Of(record.Job).Life.Status(record, [host.Report(record.Job)]);

    private Task<IReadOnlyList<WrittenTopics>> Written() => Task.Run<IReadOnlyList<WrittenTopics>>(() => [.. Records().Select(r => check.WrittenBy(r.Job, r.Submission))]);

    private Refusal Unknown(string job) => Refusal.Of(
        RefusalKind.NotFound, NearestName.Of(job, Records().Select(r => r.Job)) is { } near ? $"there is no job '{job}'; did you mean '{near}'?" : $"there is no job '{job}'");

    private Task<Answer<T>> Read<T>(string job, Func<JobRecord, Answer<T>> read)
        where T : class => Task.FromResult(RecordOf(job) is { } record ? read(record) : Unknown(job));

    private Task<Answer<JobStatus>> ChangeStatus(string job, Func<JobLifecycle, JobRecord, Task<Refusal?>> change, CancellationToken cancel) => Change<JobStatus>(
        job, async (life, record) => await change(life, record) is { } refusal ? refusal : StatusOf(life.Record!), cancel);

    /// <summary>A name that is no job's gets no place: there may be many such.</summary>
    private async Task<Answer<T>> Change<T>(string job, Func<JobLifecycle, JobRecord, Task<Answer<T>>> change, CancellationToken cancel)
        where T : class
    {
        if (RecordOf(job) is null) return Unknown(job);
        var place = Of(job);
        return await place.Alone(async () => place.Life.Record is { } record ? await change(place.Life, record) : Unknown(job), cancel);
    }
}
