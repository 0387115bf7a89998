using System.Collections.Concurrent;
using StreamGrains.Hosting.Jobs;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// A thread that drives the slots placed on it. One pass is a paragraph:
/// <code>
/// 1  take results of other threads: commits that landed, snapshots that are durable
/// 2  move fetched records into the inboxes
/// 3  let every processor take what it may, later stages first
/// 4  see to partitions that are idle or have ended
/// 5  close and send the intervals that are due
/// </code>
/// Only step 2 waits, and only when step 3 had nothing to do.
/// </summary>
internal sealed class Lane : IDisposable
{
    private const int StepRecords = 4096;
    private const int WaitMs = 2;
    private const int StatusMs = 250;

    private readonly JobRuntime job;
    private readonly Intake sources;
    private readonly Intake? exchanges;
    private readonly List<SlotHost> hosts = [];
    private readonly List<RunFeed> feeds = [];
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly IdleWatch idle;
    private bool worked = true;
    private long publishAt;

    public Lane(JobRuntime job, IReadOnlyList<int> slots)
    {
        this.job = job;
        idle = new IdleWatch(job);
        sources = new Intake(job.Cluster.OpenConsumer());
        exchanges = job.Plan.Stages.Count > 1 ? new Intake(job.Cluster.OpenConsumer()) : null;
        try
        {
            foreach (var slot in slots) Activate(slot);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What its processors were like a moment ago; any thread may read it.</summary>
    public IReadOnlyList<ProcessorStatus> Status { get; private set; } = [];

    /// <summary>Runs until stopped or at the end of input, then commits what is open. Throws the recovery verb that ended it.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !job.Failed && !Ended()) Pass();
        // A clean stop: what was taken is committed, so the next start replays nothing but the snapshot's distance.
        while (!job.Failed && hosts.Any(h => !h.Clean) && !job.GiveUp.IsCancellationRequested)
        {
            TakeResults();
            foreach (var host in hosts) host.CommitIfDue(job.Now, force: true);
            Thread.Sleep(1);
        }
        PublishStatus(always: true);
    }

    public void Dispose()
    {
        foreach (var host in hosts) host.Dispose();
        exchanges?.Dispose();
        sources.Dispose();
    }

    private void Pass()
    {
        TakeResults();
        var waitMs = worked ? 0 : WaitMs;
        worked = (exchanges?.Poll(waitMs) ?? 0) + sources.Poll(waitMs) > 0;
        foreach (var feed in feeds) worked |= Step(feed);
        foreach (var feed in feeds) idle.Look(feed);
        foreach (var host in hosts) host.CommitIfDue(job.Now, force: false);
        PublishStatus(always: false);
    }

    private void PublishStatus(bool always)
    {
        if (!always && job.Now < publishAt) return;
        publishAt = job.Now + StatusMs;
        Status = [.. feeds.Select(ProcessorStatus.Of)];
    }

    private bool Step(RunFeed feed)
    {
        var run = feed.Run;
        if (run.Inbox.Remaining > 0) feed.LastArrival = job.Now;
        if (run.Replaying && feed.EndAt >= 0) run.ReachedEnd(feed.EndAt);
        if (feed.Host.Full || feed.EndsWith is not null) return false;
        var live = !run.Replaying;
        var limit = feed.Source is null ? long.MaxValue : job.Board.TimeLimit();
        var before = feed.Source is null ? null : job.End?.EndOf(feed.Slice);
        var taken = run.Step(StepRecords, limit, before ?? long.MaxValue);
        if (live) feed.Host.Slot.Took(taken);
        if (feed.Source is null) return taken > 0;
        if (!live && !run.Replaying) GoLive(feed);
        else if (taken > 0 || run.Inbox.Remaining > 0)
        {
            feed.Idle = false;
            job.Board.Post(feed.Slice.Partition, run.Processor.Progress, run.Processor.Watermark);
        }
        return taken > 0;
    }

    /// <summary>A partition that was idle when the job stopped is idle when it starts again, until a record comes.</summary>
    private void GoLive(RunFeed feed)
    {
        feed.Idle = feed.Run.Processor.FollowsOthers;
        if (feed.Idle) job.Board.Leave(feed.Slice.Partition);
        else job.Board.Post(feed.Slice.Partition, feed.Run.Processor.Progress, feed.Run.Processor.Watermark);
    }

    private bool Ended()
    {
        if (job.End is not { } end) return false;
        foreach (var feed in feeds)
            if (!feed.Ended && end.EndOf(feed.Slice) is { } offset) LookForEnd(feed, offset, end);
        return end.AllEnded;
    }

    private void LookForEnd(RunFeed feed, long offset, EndOfInput end)
    {
        var slot = feed.Host.Slot;
        // The position stays before the end when only control records are left; then the consumer has met the end.
        var reached = feed.Run.Processor.Position >= offset || (feed.CaughtUp && feed.EndAt >= offset);
        if (feed.EndsWith is null && reached && !feed.Run.Replaying)
        {
            slot.Drain(feed.Run);
            if (feed.Source is not null) job.Board.Leave(feed.Slice.Partition);
            feed.EndsWith = slot.Covering;
        }
        if (feed.EndsWith is null || slot.Landed < feed.EndsWith) return;
        feed.Ended = true;
        end.Ended(feed.Run.Processor.Id);
    }

    private void Activate(int slot)
    {
        var log = job.Cluster.OpenSlotLog(slot, job.GiveUp);
        var recovered = job.Recovery(log).Activate(slot, Guid.NewGuid());
        var host = new SlotHost(job.Plan, recovered, job.Cluster, job.Snapshots, posted.Enqueue);
        host.Start(log, job.Fail, job.Notice, job.Now, job.GiveUp);
        hosts.Add(host);
        foreach (var run in recovered.Runs)
        {
            var feed = new RunFeed(host, run, job.Plan.Stages[run.Processor.Id.Stage].Input) { LastArrival = job.Now };
            feeds.Add(feed);
            (feed.Source is null ? exchanges! : sources).Add(feed);
            if (feed.Source is null) continue;
            if (run.Replaying) job.Board.Post(feed.Slice.Partition, run.Processor.Progress, run.Processor.Watermark);
            else GoLive(feed);
        }
        feeds.Sort((a, b) => b.Run.Processor.Id.Stage.CompareTo(a.Run.Processor.Id.Stage));
    }

    private void TakeResults()
    {
        while (posted.TryDequeue(out var result)) result();
    }
}
