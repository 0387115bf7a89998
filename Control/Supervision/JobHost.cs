using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Control.Supervision;

/// <summary>
/// The jobs of one process, each with the slots that were given to it here. It runs what it is told; what should run where is decided by its users. Any thread.
/// </summary>
public sealed class JobHost(IJobEnvironment environment, JobHostOptions options) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HostedJob> jobs = [];
    private readonly Dictionary<string, Task> ending = [];
    private readonly Dictionary<string, JobLog> logs = [];
    private readonly Dictionary<string, FailureCounts> failures = [];
    private bool closed;

    /// <summary>Name of this process.</summary>
    public string Owner => options.Owner;

    /// <summary>
    /// Runs a slot of a job here, under this plan; asking again changes nothing. A newer revision of the plan takes the place of an older one: all slots that run under the older one
    /// leave, and are to be taken again. An older one than runs here is ignored. Throws <see cref="ObjectDisposedException"/> when the process is stopping.
    /// </summary>
    public void Take(JobPlan plan, int revision, int slot)
    {
        lock (gate) Job(plan, revision)?.Take(slot);
    }

    /// <summary>
    /// Keeps a warm copy of a slot's state here, which another process runs: <see cref="Take"/> then goes on from it. Of plans and revisions holds what holds for <see cref="Take"/>; a slot
    /// that runs here goes on.
    /// </summary>
    public void Follow(JobPlan plan, int revision, int slot)
    {
        lock (gate) Job(plan, revision)?.Follow(slot);
    }

    /// <summary>The warm copy of a slot is not needed here any more; a slot that runs here goes on.</summary>
    public Task Unfollow(string job, int slot)
    {
        lock (gate)
        {
            if (!jobs.TryGetValue(job, out var hosted)) return Task.CompletedTask;
            hosted.Unfollow(slot);
            return EndIfEmpty(job, hosted);
        }
    }

    /// <summary>Gives a slot up: it takes no more, commits, writes a last snapshot, and leaves. Completes when it has left; a slot that is not here has left.</summary>
    public async Task Release(string job, int slot)
    {
        HostedJob? hosted;
        lock (gate) jobs.TryGetValue(job, out hosted);
        if (hosted is null) return;
        await hosted.Release(slot);
        await EndIfEmpty(job, hosted);
    }

    /// <summary>Gives all slots of a job up, and ends it here.</summary>
    public Task Stop(string job)
    {
        lock (gate)
        {
            if (!jobs.Remove(job, out var hosted)) return Ending(job);
            return ending[job] = hosted.DisposeAsync().AsTask();
        }
    }

    /// <summary>Clock.</summary>
    public TimeProvider Time => options.Time;

    /// <summary>What waits in the memory of this process, and its bound.</summary>
    public BufferBudget Buffers => options.Buffers;

    /// <summary>What failed in each job and was tried again, since this process began.</summary>
    public IReadOnlyList<(string Job, FailureCounts Counts)> Failures
    {
        get { lock (gate) return [.. failures.Select(f => (f.Key, f.Value))]; }
    }

    /// <summary>Jobs that have slots here.</summary>
    public IReadOnlyList<string> Jobs
    {
        get { lock (gate) return [.. jobs.Keys.Order(StringComparer.Ordinal)]; }
    }

    /// <summary>How a job is doing here.</summary>
    public JobReport Report(string job)
    {
        lock (gate) return jobs.TryGetValue(job, out var hosted) ? hosted.Report() : JobReport.Empty;
    }

    /// <summary>How a job's slots are doing here.</summary>
    public IReadOnlyList<SlotStatus> Slots(string job)
    {
        lock (gate) return jobs.TryGetValue(job, out var hosted) ? hosted.Slots() : [];
    }

    /// <summary>The warm copy of a slot here; null while there is none.</summary>
    public StandbyReport? Standby(string job, int slot)
    {
        lock (gate) return jobs.TryGetValue(job, out var hosted) ? hosted.Standbys.FirstOrDefault(s => s.Slot == slot) : null;
    }

    /// <summary>
    /// What a slot of a job keeps for a key, if the slot runs here; <see cref="QueryOutcome.Moving"/> if it does not. Answers within two seconds, or refuses as unavailable.
    /// </summary>
    public Task<Answer<QueryAnswer>> Find(string job, int slot, string key)
    {
        HostedJob? hosted;
        lock (gate) jobs.TryGetValue(job, out hosted);
        return hosted?.Find(slot, key) ?? Task.FromResult<Answer<QueryAnswer>>(QueryAnswer.Moving);
    }

    /// <summary>Adds a line to what a job said here.</summary>
    public void Say(string job, string line, JobLogLevel level = JobLogLevel.Info)
    {
        lock (gate) LogOf(job).Add(line, level);
    }

    /// <summary>What a job said here: lines with numbers above <paramref name="after"/>, the newest <paramref name="most"/> of them.</summary>
    public IReadOnlyList<JobLogLine> Log(string job, long after, int most)
    {
        lock (gate) return logs.TryGetValue(job, out var log) ? log.Tail(after, most) : [];
    }

    /// <summary>Once it is stopped, jobs that could not commit everything they had taken.</summary>
    public IReadOnlyList<string> Uncommitted { get; private set; } = [];

    /// <summary>Stops all jobs cleanly. Nothing can be taken after that.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] all;
        KeyValuePair<string, HostedJob>[] last;
        lock (gate)
        {
            if (closed && jobs.Count == 0) return;
            closed = true;
            last = [.. jobs];
            all = [.. ending.Values, .. last.Select(j => j.Value.DisposeAsync().AsTask())];
            jobs.Clear();
        }
        await Task.WhenAll(all);
        Uncommitted = [.. last.Where(j => j.Value.Uncommitted).Select(j => j.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The job under this plan, begun if need be; null when a newer one runs.</summary>
    private HostedJob? Job(JobPlan plan, int revision)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (jobs.TryGetValue(plan.Name, out var job) && job.Revision < revision)
        {
            Stop(plan.Name);
            job = null;
        }
        if (job is null) jobs[plan.Name] = job = Begin(plan, revision);
        return job.Revision == revision ? job : null;
    }

    private HostedJob Begin(JobPlan plan, int revision)
    {
        if (!failures.TryGetValue(plan.Name, out var counts)) failures[plan.Name] = counts = new FailureCounts();
        return new HostedJob(plan, revision, environment, options, new JobSaid(LogOf(plan.Name), counts), Ending(plan.Name));
    }

    private Task EndIfEmpty(string job, HostedJob hosted)
    {
        lock (gate)
        {
            if (!hosted.Empty || !jobs.TryGetValue(job, out var now) || now != hosted) return Task.CompletedTask;
            return Stop(job);
        }
    }

    private Task Ending(string job) => ending.GetValueOrDefault(job, Task.CompletedTask);

    private JobLog LogOf(string job)
    {
        if (!logs.TryGetValue(job, out var log)) logs[job] = log = new JobLog(options.Owner, options.Time, line => options.Told(job, line));
        return log;
    }
}
