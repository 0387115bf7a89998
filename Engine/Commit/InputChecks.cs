using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Commit;

/// <summary>What a recovery finds of a processor's input.</summary>
public enum InputState
{
    /// <summary>All that it needs is there.</summary>
    Whole,

    /// <summary>Offsets are gone that replay must repeat.</summary>
    NeededGone,

    /// <summary>Offsets are gone that the job has not read yet; state is whole.</summary>
    UnreadGone,

    /// <summary>The partition ends before what the job has taken of it.</summary>
    EndsEarly,
}

/// <summary>Whether the input of a processor is still what its state was made of, and words for a person where it is not. What can expire, be cut or be made again is not trusted. Pure.</summary>
public static class InputChecks
{
    /// <summary>
    /// What is there of the input of a processor that was recovered up to a position and a tally, and is to go on to the last commit. Offsets that were cut and held no record are nobody's
    /// loss, and nothing tells them from others: replay is refused before it begins where the records that it must take have no room in what is left, and else the tally decides at its end.
    /// </summary>
    public static InputState Of(long position, InputTally tally, ProcessorMark committed, OffsetRange range)
    {
        if (range.Next < committed.Position) return InputState.EndsEarly;
        if (range.First <= position) return InputState.Whole;
        if (committed.Tally.Count - tally.Count > Math.Max(0, committed.Position - range.First)) return InputState.NeededGone;
        return range.First <= committed.Position ? InputState.Whole : InputState.UnreadGone;
    }

    /// <summary>The words for a state other than <see cref="InputState.Whole"/>.</summary>
    public static string Describe(InputState state, bool source, TopicPartition slice, long position, ProcessorMark committed, OffsetRange range) => state switch
    {
        InputState.EndsEarly =>
            $"{slice} ends at offset {range.Next}, and the job has taken it up to offset {committed.Position}: the topic was made again, or Kafka has lost records of it (an unclean election of its leader, say). "
            + "Bring the records back, or start the job from a savepoint, or give it a new name to begin anew beside the old state.",
        InputState.UnreadGone =>
            $"offsets {committed.Position} to {range.First - 1} of {slice} were removed before the job read them (retention, or somebody deleted them). Its state is whole. Go on without them with "
            + $"`--accept-loss {slice}`, which the journal then tells, and give the topic a longer retention.",
        _ when source =>
            $"offsets {position} to {Math.Min(range.First, committed.Position) - 1} of {slice} are needed to recover and are gone: the topic's retention removed them. "
            + "Restore the job's snapshots, or start it from a savepoint; where neither can be had, give the topic a longer retention and reset the job to start over from what is left.",
        _ =>
            $"offsets {position} to {Math.Min(range.First, committed.Position) - 1} of {slice} are needed to recover and are gone: the job removed them when two newer snapshots were durable, and "
            + "neither can be used now. Restore the job's snapshots, or start it from a savepoint; where neither can be had, reset the job to start over.",
    };

    /// <summary>Words for a replay that came to another tally than the commit before it.</summary>
    public static string AnotherInput(ProcessorRun run, long replayTo, InputTally committed)
    {
        var slice = new TopicPartition(run.Processor.Topic, run.Processor.Id.Partition);
        var (now, before) = (run.Processor.Tally.Count, committed.Count);
        var what = now == before ? $"repeated {before} records up to offset {replayTo}, and other ones than were taken before" : $"came to {now} records up to offset {replayTo}, and {before} were taken before";
        return $"the replay of {slice} {what}: the topic is compacted, was cut, or is another one of the same name. State that is made of what is left would not be what the results were made of. "
            + "Restore a newer snapshot of the job, or start it from a savepoint; where neither can be had, reset the job to start over. A source that feeds state wants cleanup.policy=delete.";
    }

    /// <summary>Words for a cluster or a topic that is not the one that the last commit was made with; null where nothing is known to be another.</summary>
    public static string? Replaced(JobPlan job, JournalRecord last, TopicIdentities now)
    {
        if (TopicIdentities.Differ(last.Cluster, now.Cluster))
            return $"the journal of slot {last.Slot} was written in Kafka cluster '{last.Cluster}', and this is cluster '{now.Cluster}': another cluster answers at the job's address, or its topics were copied. "
                + "Connect the job to its own cluster, or give it a new name to begin anew in this one.";
        foreach (var mark in last.Processors)
        {
            var topic = job.Stages[mark.Id.Stage].Input.Topic;
            if (TopicIdentities.Differ(mark.Topic, now.Of(topic))) return MadeAgain(topic, mark.Topic, now.Of(topic));
        }
        return null;
    }

    /// <summary>What the last commit was made with.</summary>
    public static TopicIdentities Of(JobPlan job, JournalRecord? last) => last is null ? TopicIdentities.Unknown : new TopicIdentities(
        last.Cluster, last.Processors.DistinctBy(m => m.Id.Stage).ToDictionary(m => job.Stages[m.Id.Stage].Input.Topic, m => new TopicIdentity(m.Topic, Partitions: 0)));

    /// <summary>Words for a topic that has another number of partitions than the job began with.</summary>
    public static string Grown(string topic, int before, int now) =>
        $"topic '{topic}' has {now} partitions, and had {before} when the job began to read it. Keys move between partitions when a topic grows, and state does not follow: results would be wrong. "
        + "Make a topic with that many partitions and have the records written there anew, or give the job a new name, or reset it, to begin anew with these.";

    /// <summary>Words for a topic that was deleted and made again.</summary>
    public static string MadeAgain(string topic, Guid before, Guid now) =>
        $"topic '{topic}' was deleted and made again: its id is {now}, and the job has read {before}. Its offsets mean other records now, and the state was made of the old ones. "
        + "Give the job a new name to begin anew beside the old state, or start it over with `streamgrains reset`, or bring the old topic back.";
}
