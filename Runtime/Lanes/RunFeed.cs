using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// One processor as its lane sees it: how much waits for it, whether its partition is paused, idle or at its end. Owner: the lane, on its thread.
/// </summary>
internal sealed class RunFeed
{
    private const int PauseRecords = 60_000, ResumeRecords = 20_000;
    private const long PauseBytes = 32 << 20, ResumeBytes = 8 << 20;

    private long followedIn = -1;

    public RunFeed(SlotLifecycle life, ProcessorRun run, StageInput input)
    {
        Life = life;
        Run = run;
        Slice = new TopicPartition(run.Processor.Topic, run.Processor.Id.Partition);
        Source = input as SourceInput;
        EndAt = -1;
    }

    public SlotLifecycle Life { get; }

    public ProcessorRun Run { get; }

    public TopicPartition Slice { get; }

    /// <summary>The source it reads; null behind a re-key.</summary>
    public SourceInput? Source { get; }

    /// <summary>Offset at which the consumer last met the partition's end, -1 before.</summary>
    public long EndAt { get; set; }

    /// <summary>Clock reading when a record last arrived.</summary>
    public long LastArrival { get; set; }

    public bool Paused { get; private set; }

    /// <summary>What waited was dropped for want of memory, and nothing is fetched: others must get on first.</summary>
    public bool SetAside { get; set; }

    /// <summary>The partition is idle: its watermark follows the others'.</summary>
    public bool Idle { get; set; }

    /// <summary>Commit that carries everything up to the end of input, once all of it is taken.</summary>
    public long? EndsWith { get; set; }

    /// <summary>Everything up to the end of input is taken, drained and committed.</summary>
    public bool Ended { get; set; }

    /// <summary>Nothing waits, and the partition's end was met at or behind the position.</summary>
    public bool CaughtUp => Run.Inbox.Remaining == 0 && EndAt >= 0 && EndAt >= Run.Processor.Position && !Run.Replaying;

    /// <summary>Offset of the record that waits first; -1 when none does.</summary>
    public long NextOffset => Run.Inbox.Remaining == 0 ? -1 : Run.Inbox[Run.Inbox.Next].Offset;

    /// <summary>What people and metrics see of it.</summary>
    public ProcessorStatus Status()
    {
        var processor = Run.Processor;
        return new ProcessorStatus(
            processor.Id, processor.Topic, Life.Slot.Index, processor.Position, processor.Watermark, Run.Replaying, Idle, processor.StateSize, ProcessorCounts.Of(processor.Counters), Run.Committed);
    }

    /// <summary>Whether this was asked before with the same commit number: an idle partition moves once per interval.</summary>
    public bool Followed(long sequence)
    {
        if (followedIn == sequence) return true;
        followedIn = sequence;
        return false;
    }

    /// <summary>Pauses a partition of which too much waits (where memory is <paramref name="tight"/>, anything), and lets it go on when most of that is gone.</summary>
    public void Balance(ILaneConsumer consumer, bool tight)
    {
        var inbox = Run.Inbox;
        var full = tight ? inbox.Remaining > 0 : inbox.Remaining > PauseRecords || inbox.Bytes.Length > PauseBytes;
        var low = tight ? inbox.Remaining == 0 : inbox.Remaining < ResumeRecords && inbox.Bytes.Length < ResumeBytes;
        if (Paused ? !low : !full) return;
        Paused = !Paused;
        consumer.SetPaused(Slice, Paused);
    }

    /// <summary>Lets a paused partition go on.</summary>
    public void Resume(ILaneConsumer consumer)
    {
        if (Paused) consumer.SetPaused(Slice, Paused = false);
    }
}
