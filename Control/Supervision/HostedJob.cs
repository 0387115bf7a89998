using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Owners;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Control.Supervision;

/// <summary>
/// One job's share of this process: runs the slots that it is given, and begins again after a pause when the run as a whole fails (a topic that is gone, say), for as long as it
/// is wanted. Any thread may call; the run has a thread of its own.
/// </summary>
internal sealed class HostedJob : IAsyncDisposable
{
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(5);

    private readonly JobPlan plan;
    private readonly IJobEnvironment environment;
    private readonly JobHostOptions options;
    private readonly JobSaid said;
    private readonly AssignedSlots assigned = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Lock reporting = new();
    private readonly RateMeter<(ProcessorId, bool Out)> rates;
    private readonly Thread thread;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Attempt? current;
    private volatile SlotFailure? failure;

    /// <summary>Begins when <paramref name="before"/> has completed: the same job under another plan, which may still be leaving.</summary>
    public HostedJob(JobPlan plan, int revision, IJobEnvironment environment, JobHostOptions options, JobSaid said, Task before)
    {
        (this.plan, Revision, this.environment, this.options, this.said) = (plan, revision, environment, options, said);
        rates = new(options.Time);
        thread = new Thread(() => KeepRunning(before)) { Name = $"job-{plan.Name}", IsBackground = true };
        thread.Start();
    }

    /// <summary>Number of the plan.</summary>
    public int Revision { get; }

    /// <summary>It ended, and something that it had taken could not be committed.</summary>
    public bool Uncommitted { get; private set; }

    /// <summary>Slots that are to run here.</summary>
    public IReadOnlyList<int> Wanted => assigned.Wanted;

    /// <summary>Nothing is to run or to be kept warm here.</summary>
    public bool Empty => assigned.Empty;

    /// <summary>Warm copies that are kept here.</summary>
    public IReadOnlyList<StandbyReport> Standbys => current?.Run.Standbys ?? [];

    /// <summary>The slot is to run here.</summary>
    public void Take(int slot) => assigned.Take(slot);

    /// <summary>A warm copy of the slot's state is to be kept here.</summary>
    public void Follow(int slot) => assigned.Follow(slot);

    /// <summary>The warm copy is not needed any more.</summary>
    public void Unfollow(int slot) => assigned.Unfollow(slot);

    /// <summary>Gives a slot up: it commits what it has, with a last snapshot. Completes when it has left.</summary>
    public async Task Release(int slot)
    {
        if (!assigned.Wanted.Contains(slot)) return;
        await assigned.Release(slot);
        said.Log.Notice($"slot {slot} has left");
    }

    /// <summary>Gives all slots up likewise, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ended.Task;
        stop.Dispose();
    }

    /// <summary>How its slots are doing.</summary>
    public IReadOnlyList<SlotStatus> Slots()
    {
        var attempt = current;
        var slots = (attempt?.Run.Slots ?? []).ToDictionary(s => s.Slot, s => s with { Owner = options.Owner });
        foreach (var slot in assigned.Wanted)
            if (!slots.ContainsKey(slot) || failure is not null)
                slots[slot] = new SlotStatus(slot, failure is null ? SlotPhase.Opening : SlotPhase.Failed, options.Owner, 0, null, failure);
        return [.. slots.Values.OrderBy(s => s.Slot).Select(s => attempt is null ? s : attempt.Ends.Judge(s))];
    }

    /// <summary>How it is doing.</summary>
    public JobReport Report()
    {
        var attempt = current;
        var status = attempt?.Run.Status ?? [];
        attempt?.Ends.Look([.. status.Select(s => new TopicPartition(s.Topic, s.Id.Partition))]);
        lock (reporting)
        {
            List<PartitionStatus> partitions = [.. status.Select(s => PartitionReport.Of(plan, s, rates, attempt!.Ends))];
            return new JobReport(Slots(), partitions, failure?.Message) { Here = [.. partitions.Zip(status, PartitionReport.Here)] };
        }
    }

    /// <summary>What a slot keeps for a key here.</summary>
    public Task<Answer<QueryAnswer>> Find(int slot, string key) => current?.Run.Lookup?.Find(slot, key) ?? Task.FromResult<Answer<QueryAnswer>>(QueryAnswer.Moving);

    private void KeepRunning(Task before)
    {
        before.Wait();
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                RunOnce();
                failures = 0;
            }
            catch (Exception reason) when (reason is not OutOfMemoryException)
            {
                if (stop.IsCancellationRequested)
                {
                    Uncommitted = true;
                    said.Log.Warn($"stopped, and not everything that was taken is committed: {reason.Message}");
                    break;
                }
                var pause = TimeSpan.FromMilliseconds(CommitPolicy.RetryDelay(++failures) * 2);
                var now = options.Time.GetUtcNow();
                failure = new SlotFailure(now, FailureKinds.Of(reason), reason.Message, now + pause);
                said.Log.Warn($"the job cannot run here: {reason.Message} It is tried again in {pause.TotalSeconds:0.#} s.");
                stop.Token.WaitHandle.WaitOne(pause);
            }
            finally
            {
                assigned.NobodyRuns();
            }
        }
        ended.SetResult();
    }

    private void RunOnce()
    {
        var cluster = environment.Connect(plan);
        var blobs = environment.OpenStorage(plan);
        try
        {
            var run = new JobRun(plan, cluster, blobs, environment.Models, new JobOptions
            {
                Lanes = options.Lanes,
                StopGrace = options.StopGrace,
                Buffers = options.Buffers,
                Members = assigned,
                Notice = said.Log.Notice,
                Warning = said.Log.Warn,
                Failures = said.Failures,
                Time = options.Time,
            });
            var attempt = current = new Attempt(run, new EndWatch(slices => SourceEnds.Ask(cluster, slices), options.Time));
            failure = null;
            try
            {
                run.Run(stop.Token);
                if (run.Uncommitted is { Count: > 0 } slots) Unfinished(slots);
            }
            finally
            {
                current = null;
                // A question on its way is no reason to wait: the cluster's clients are safe to let go of under it.
                attempt.Ends.End().Wait(QuietPatience);
            }
        }
        finally
        {
            (cluster as IDisposable)?.Dispose();
            (blobs as IDisposable)?.Dispose();
        }
    }

    private void Unfinished(IReadOnlyList<int> slots)
    {
        Uncommitted = true;
        said.Log.Warn($"stopped, and what slots {string.Join(", ", slots)} took since their last commit could not be committed within {options.StopGrace.TotalSeconds:0.#} s: it is taken again at the next start.");
    }

    /// <summary>A run, while it lasts.</summary>
    private sealed record Attempt(JobRun Run, EndWatch Ends);
}

/// <summary>What a job says and counts in this process, over all of its runs.</summary>
/// <param name="Log">Its lines.</param>
/// <param name="Failures">What failed and was tried again.</param>
internal sealed record JobSaid(JobLog Log, FailureCounts Failures);
