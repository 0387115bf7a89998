using System.Collections.Concurrent;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Drives the slots placed on it, on one thread. One pass is a paragraph:
/// <code>
/// 1  take results of workers and wishes of the owner; open slots that are wanted; answer questions about keys
/// 2  move fetched records into the inboxes
/// 3  let every processor take what it may, later stages first
/// 4  see to partitions that are idle or have ended
/// 5  close and send the intervals that are due; let go of slots that have left
/// </code>
/// Only step 2 waits, and only when step 3 had nothing to do.
/// </summary>
public sealed class Lane : IDisposable
{
    private const int StepRecords = 4096;
    private const long StepBytes = 4 << 20;
    private const int WaitMs = 2;
    private const int StatusMs = 250;

    private readonly JobRuntime job;
    private readonly Intake sources;
    private readonly Intake? exchanges;
    private readonly Placement placement;
    private readonly List<RunFeed> feeds = [];
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly IdleWatch idle;
    private readonly LaneBuffers buffers;
    private readonly Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find;
    private bool worked = true;
    private bool leaving;
    private long publishAt;

    public Lane(JobRuntime job)
    {
        this.job = job;
        idle = new IdleWatch(job);
        find = Find;
        placement = new Placement(job, posted.Enqueue, Join, Part);
        buffers = new LaneBuffers(job.Buffers, feeds, placement);
        sources = new Intake(job.Cluster.OpenConsumer());
        exchanges = job.Plan.Stages.Count > 1 ? new Intake(job.Cluster.OpenConsumer()) : null;
    }

    /// <summary>What its processors were like a moment ago; any thread may read it.</summary>
    public IReadOnlyList<ProcessorStatus> Status { get; private set; } = [];

    /// <summary>Its slots a moment ago; any thread may read it.</summary>
    public IReadOnlyList<SlotStatus> Slots { get; private set; } = [];

    /// <summary>At the end of a run, slots that could not commit what they had taken; any thread may read it.</summary>
    public IReadOnlyList<int> Uncommitted { get; private set; } = [];

    /// <summary>Slots whose state it keeps warm, a moment ago; any thread may read it.</summary>
    public IReadOnlyList<StandbyReport> Standbys { get; private set; } = [];

    /// <summary>Where to ask for what a slot keeps for a key; any thread may ask.</summary>
    public KeyQuestions Questions { get; } = new();

    /// <summary>Places a slot here. Any thread.</summary>
    public void Take(int slot) => posted.Enqueue(() => placement.Take(slot));

    /// <summary>Keeps the state of a slot warm here, which another process runs. Any thread.</summary>
    public void Follow(int slot) => posted.Enqueue(() => placement.Follow(slot));

    /// <summary>Lets a slot go once what it took is committed; then calls <paramref name="released"/>, on the lane. Any thread.</summary>
    public void Release(int slot, Action released) => posted.Enqueue(() => placement.Release(slot, released));

    /// <summary>Runs until stopped or at the end of input, then commits what is open. Throws the recovery verb that ended it.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && !job.Failed && !Ended()) Pass(WaitMs);
        // A clean stop: what was taken is committed, with a snapshot, so the next start has nothing to replay.
        PublishStatus(always: true);
        leaving = true;
        placement.LeaveAll();
        while (!placement.Empty && !job.Failed && !job.GiveUp.IsCancellationRequested) Pass(WaitMs);
        Uncommitted = [.. placement.Uncommitted];
    }

    /// <summary>One pass, by the numbers above; waits up to <paramref name="waitMs"/> for records if the one before had nothing to do.</summary>
    public void Pass(int waitMs)
    {
        // 1
        while (posted.TryDequeue(out var result)) result();
        placement.OpenWanted();
        Questions.AnswerSome(find);
        // 2
        if (worked) waitMs = 0;
        var fetch = FetchSize.Of(buffers.Look(), worked || placement.AnyToGiveBack);
        SetAside(fetch);
        worked = Fetch(exchanges, fetch, waitMs) + Fetch(sources, fetch, waitMs) > 0;
        // 3
        foreach (var feed in feeds)
        {
            worked |= TryStep(feed);
            if (fetch.Tight) LaneBuffers.Release(feed);
        }
        // 4
        foreach (var feed in feeds)
        {
            if (fetch.Records == 0) feed.LastArrival = job.Now;
            else if (feed.Life.Running) idle.Look(feed);
        }
        // 5
        placement.Advance();
        PublishStatus(always: false);
    }

    public void Dispose()
    {
        Questions.Close();
        buffers.Dispose();
        placement.Dispose();
        exchanges?.Dispose();
        sources.Dispose();
    }

    /// <summary>Whether the input has ended for all lanes. Sees to the partitions here that are at their end.</summary>
    public bool Ended()
    {
        if (job.End is not { } end) return false;
        foreach (var feed in feeds)
            if (feed.Life.Running && !feed.Ended && end.EndOf(feed.Slice) is { } offset) LookForEnd(feed, offset, end);
        return end.AllEnded;
    }

    /// <summary>What was asked for; null when the slot takes no records here, or one of the processors is not where it was yet.</summary>
    private List<KeyFinding>? Find(KeyQuestion question)
    {
        var asked = feeds.FindAll(f => f.Life.Index == question.Slot && question.Processors.Contains(f.Run.Processor.Id));
        if (asked.Count < question.Processors.Count || asked.Exists(f => !f.Life.Running || f.Run.Replaying)) return null;
        return [.. asked.SelectMany(f => f.Run.Processor.Find(question.Key).Select(state => new KeyFinding(f.Run.Processor.Id, state)))];
    }

    private void PublishStatus(bool always)
    {
        if (leaving || (!always && job.Now < publishAt)) return;
        publishAt = job.Now + StatusMs;
        foreach (var feed in feeds)
            if (feed.Life.Running && !feed.Run.Replaying) job.Topics.Took(feed.Slice, feed.Run.Position);
        job.Topics.Look(job.Now);
        Status = [.. feeds.Where(f => f.Life.Running).Select(f => f.Status())];
        Slots = [.. placement.Status];
        Standbys = [.. placement.Standbys];
    }

    /// <summary>
    /// Where memory is tight, and nothing gets on without more: what others must overtake in event time first makes room for theirs, and is fetched again when its time has come.
    /// </summary>
    private void SetAside(FetchSize fetch)
    {
        if (!fetch.Tight && !feeds.Exists(static f => f.SetAside)) return;
        var limit = job.Board.TimeLimit();
        foreach (var feed in feeds)
        {
            if (feed.SetAside && feed.Run.Processor.Progress <= limit) sources.TakeUp(feed);
            else if (fetch is { Tight: true, Records: > 0 } && feed.Source is not null && !feed.Run.Replaying && feed.Run.Processor.Holds(feed.Run.Inbox, limit)) sources.SetAside(feed);
        }
    }

    private int Fetch(Intake? intake, FetchSize size, int waitMs)
    {
        try
        {
            return intake?.Poll(size, waitMs) ?? 0;
        }
        catch (InputGone gone)
        {
            feeds.Find(f => f.Slice == gone.Partition)?.Life.CutOff(gone);
            return 1;
        }
    }

    private bool TryStep(RunFeed feed)
    {
        try
        {
            return feed.Life.Running ? Step(feed) : feed.Life.Standby is not null && Repeat(feed);
        }
        catch (JobFailed failure)
        {
            feed.Life.Fail(failure);
            return true;
        }
    }

    private bool Step(RunFeed feed)
    {
        var run = feed.Run;
        if (run.Inbox.Remaining > 0) feed.LastArrival = job.Now;
        if (feed.EndAt >= 0 && run.ReachedEnd(feed.EndAt)) feed.Life.Slot.Refresh();
        if (feed.Life.Full || feed.EndsWith is not null) return false;
        var live = !run.Replaying;
        var limit = feed.Source is null ? long.MaxValue : job.Board.TimeLimit();
        var before = feed.Source is null ? null : job.End?.EndOf(feed.Slice);
        var taken = run.Step(run.Inbox.Within(StepRecords, StepBytes), limit, before ?? long.MaxValue);
        if (live) feed.Life.Slot.Took(taken);
        if (feed.Source is null)
        {
            if (job.Shared && taken > 0) Hear(run.Processor);
            return taken > 0;
        }
        if (!live && !run.Replaying) GoLive(feed);
        else if (taken > 0 || run.Inbox.Remaining > 0)
        {
            feed.Idle = false;
            job.Board.Post(feed.Slice.Partition, run.Processor.Progress, run.Processor.Watermark);
        }
        return taken > 0;
    }

    /// <summary>A warm copy takes what its owner has committed.</summary>
    private static bool Repeat(RunFeed feed)
    {
        if (feed.EndAt >= 0) feed.Run.ReachedEnd(feed.EndAt);
        return feed.Run.Step(feed.Run.Inbox.Within(StepRecords, StepBytes), long.MaxValue) > 0;
    }

    /// <summary>What the blocks of the first internal topic told of source partitions, other processes' among them.</summary>
    private void Hear(PartitionProcessor processor)
    {
        if (processor.Id.Stage != 1) return;
        var upstream = processor.UpstreamWatermarks;
        for (var p = 0; p < upstream.Length; p++) job.Board.Hear(p, upstream[p], job.Now);
    }

    /// <summary>A partition that was idle when the job stopped is idle when it starts again, until a record comes.</summary>
    private void GoLive(RunFeed feed)
    {
        feed.Idle = feed.Run.Processor.FollowsOthers;
        if (feed.Idle) job.Board.Leave(feed.Slice.Partition);
        else job.Board.Post(feed.Slice.Partition, feed.Run.Processor.Progress, feed.Run.Processor.Watermark);
    }

    private void LookForEnd(RunFeed feed, long offset, EndOfInput end)
    {
        var slot = feed.Life.Slot;
        // The position stays before the end when only control records are left; then the consumer has met the end, or a record from behind it waits.
        var reached = feed.Run.Processor.Position >= offset || (feed.CaughtUp && feed.EndAt >= offset) || feed.NextOffset >= offset;
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

    private Intake IntakeOf(RunFeed feed) => feed.Source is null ? exchanges! : sources;

    /// <summary>A slot is open, or its state is there to be kept warm: its processors are fed from now on.</summary>
    private void Join(SlotLifecycle life)
    {
        foreach (var run in life.Runs)
        {
            var feed = feeds.Find(f => f.Run == run) ?? Add(life, run);
            feed.LastArrival = job.Now;
            if (feed.Source is null || !life.Owns) continue;
            if (run.Replaying) job.Board.Post(feed.Slice.Partition, run.Processor.Progress, run.Processor.Watermark);
            else GoLive(feed);
        }
        feeds.Sort((a, b) => b.Run.Processor.Id.Stage.CompareTo(a.Run.Processor.Id.Stage));
    }

    private RunFeed Add(SlotLifecycle life, ProcessorRun run)
    {
        var feed = new RunFeed(life, run, job.Plan.Stages[run.Processor.Id.Stage].Input);
        // A warm copy that did not fit was fed from the same partition.
        if (feeds.Find(f => f.Slice == feed.Slice) is { } other) Remove(other);
        feeds.Add(feed);
        IntakeOf(feed).Add(feed);
        return feed;
    }

    private void Remove(RunFeed feed)
    {
        IntakeOf(feed).Remove(feed);
        feeds.Remove(feed);
    }

    /// <summary>A slot runs here no longer: nothing is fetched for it, and nobody waits for it.</summary>
    private void Part(SlotLifecycle life)
    {
        foreach (var feed in feeds.FindAll(f => f.Life == life))
        {
            Remove(feed);
            if (feed.Source is not null) job.Board.Part(feed.Slice.Partition);
        }
    }
}
