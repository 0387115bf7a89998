using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Lets idle source partitions follow the others: a partition at its end without a record for the source's <c>idle_after</c>, or that never held one, holds
/// nobody back and takes the others' watermark. Owner: the lane, on its thread.
/// </summary>
internal sealed class IdleWatch(JobRuntime job)
{
    public void Look(RunFeed feed)
    {
        // Where the input has ended nothing more may be written: the next stage's end is asked for as soon as this one's is committed.
        if (feed.Source is not { } source || feed.EndsWith is not null || !feed.CaughtUp) return;
        var never = feed.Run.Processor.Progress == long.MinValue;
        if (!feed.Idle && !never && job.Now - feed.LastArrival < source.IdleAfterMs) return;
        if (!feed.Idle)
        {
            feed.Idle = true;
            job.Board.Leave(feed.Slice.Partition);
        }
        // At most one advance per commit interval, so that the journal stays small.
        var follow = job.Board.FollowWatermark(job.Now, source.IdleAfterMs);
        if (follow > feed.Run.Processor.Watermark && !feed.Life.Slot.Committing && !feed.Followed(feed.Life.Slot.Sequence)) feed.Life.Slot.AdvanceIdle(feed.Run, follow);
    }
}
