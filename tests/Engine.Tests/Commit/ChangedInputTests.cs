using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

/// <summary>What can expire, be cut or be made again between two runs is not trusted to be the same, and offsets without records are nobody's loss.</summary>
public class ChangedInputTests
{
    private static readonly Guid Before = new(1, 0, 0, new byte[8]), Now = new(2, 0, 0, new byte[8]);

    private readonly SlotWorld world = new();
    private readonly List<byte[]> events = [.. Streams.Events(new Random(4), 40, late: 0).Select(e => e.Json(false))];

    [Fact]
    public void The_position_steps_over_markers_up_to_the_end_that_the_consumer_has_met()
    {
        using var slot = world.Activate();
        SlotWorld.Feed(slot, 0, 0, events[..3]);
        world.Commit(slot, snapshot: true);
        var run = SlotWorld.RunOf(slot, 0);

        Assert.True(run.ReachedEnd(4));
        Assert.False(run.ReachedEnd(4));
        slot.Refresh();
        world.Commit(slot);

        Assert.Equal(4, world.Log.Offsets[SlotWorld.Events]);
        world.Log.Held[SlotWorld.Events] = new OffsetRange(4, 4);
        using var after = world.Activate();
    }

    [Fact]
    public void An_end_that_was_met_before_records_came_that_still_wait_moves_nothing()
    {
        using var slot = world.Activate();
        var run = SlotWorld.RunOf(slot, 0);
        run.Inbox.Add(new RawRecord(7, 0, OutputBuffer.Null, run.Inbox.Bytes.Append(events[0]), default));

        Assert.False(run.ReachedEnd(9));

        Assert.Equal(0, run.Processor.Position);
    }

    [Fact]
    public void Offsets_behind_a_snapshot_that_held_no_record_are_not_missed()
    {
        using (var slot = world.Activate())
        {
            SlotWorld.Feed(slot, 0, 0, events[..3]);
            world.Commit(slot, snapshot: true);
            SlotWorld.RunOf(slot, 0).ReachedEnd(9);
            world.Commit(slot);
        }
        world.Log.Held[SlotWorld.Events] = new OffsetRange(8, 12);

        using var after = world.Activate();

        var run = SlotWorld.RunOf(after, 0);
        Assert.Equal(8, run.Processor.Position);
        run.ReachedEnd(12);
        Assert.Equal((9, false), (run.Processor.Position, run.Replaying));
    }

    [Fact]
    public void Offsets_that_were_cut_are_missed_only_if_what_must_be_repeated_has_no_room_in_the_rest()
    {
        using (var slot = world.Activate())
        {
            SlotWorld.Feed(slot, 0, 4, events[..3]);
            world.Commit(slot);
        }
        // Before the first record were markers.
        world.Log.Held[SlotWorld.Events] = new OffsetRange(4, 9);
        using (var replaying = world.Activate())
        {
            SlotWorld.Feed(replaying, 0, 4, events[..3]);
            Assert.False(SlotWorld.RunOf(replaying, 0).Replaying);
        }
        world.Log.Held[SlotWorld.Events] = new OffsetRange(5, 9);

        Assert.StartsWith("offsets 0 to 4 of events[0] are needed to recover and are gone", Assert.Throws<JobFailed>(() => world.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unread_records_that_were_cut_stop_the_slot_with_the_safer_way_first()
    {
        Committed(10);
        world.Log.Held[SlotWorld.Events] = new OffsetRange(15, 30);

        Assert.Equal(
            "offsets 10 to 14 of events[0] were removed before the job read them (retention, or somebody deleted them). Its state is whole. Go on without them with `--accept-loss events[0]`, "
            + "which the journal then tells, and give the topic a longer retention.",
            Assert.Throws<JobFailed>(() => world.Activate()).Message);
    }

    [Fact]
    public void An_accepted_loss_is_journaled_and_repeated_by_a_replay()
    {
        Committed(10);
        world.Log.Held[SlotWorld.Events] = new OffsetRange(15, 30);
        world.AcceptedLosses.Add(SlotWorld.Events);

        using (var slot = world.Activate())
        {
            Assert.Equal(15, SlotWorld.RunOf(slot, 0).Processor.Position);
            var (interval, _) = world.Commit(slot);
            Assert.Equal([new JournalEvent(new ProcessorId(0, 0), 10, JournalEventKind.LossAccepted, 15)], interval.Journal.Events);
            Assert.Contains(world.Notices, n => n.StartsWith("offsets 10 to 14 of events[0] were removed", StringComparison.Ordinal));
            SlotWorld.Feed(slot, 0, 15, events[10..12]);
            world.Commit(slot);
        }
        world.AcceptedLosses.Clear();
        using var after = world.Activate();
        SlotWorld.Feed(after, 0, 15, events[10..12]);

        Assert.Equal((17, false), (SlotWorld.RunOf(after, 0).Processor.Position, SlotWorld.RunOf(after, 0).Replaying));
    }

    [Fact]
    public void A_partition_that_ends_before_what_was_taken_stops_the_slot()
    {
        Committed(10);
        world.Log.Held[SlotWorld.Events] = new OffsetRange(0, 4);

        Assert.StartsWith("events[0] ends at offset 4, and the job has taken it up to offset 10: the topic was made again, or Kafka has lost records", Assert.Throws<JobFailed>(() => world.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_that_lacks_records_of_before_stops_in_words_and_writes_nothing()
    {
        using (var slot = world.Activate())
        {
            SlotWorld.Feed(slot, 0, 0, events[..10]);
            world.Commit(slot);
        }
        using var after = world.Activate();
        // Compaction has left one of ten.
        var failure = Assert.Throws<JobFailed>(() =>
        {
            SlotWorld.Feed(after, 0, 9, events[9..10]);
            SlotWorld.RunOf(after, 0).ReachedEnd(10);
        });

        Assert.StartsWith("the replay of events[0] came to 1 records up to offset 10, and 10 were taken before: the topic is compacted, was cut, or is another one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replay_of_as_many_other_records_stops_as_well()
    {
        using (var slot = world.Activate())
        {
            SlotWorld.Feed(slot, 0, 0, events[..2]);
            world.Commit(slot);
        }
        using var after = world.Activate();

        var failure = Assert.Throws<JobFailed>(() => SlotWorld.Feed(after, 0, 0, events[0], [.. events[1], (byte)' ']));

        Assert.StartsWith("the replay of events[0] repeated 2 records up to offset 2, and other ones than were taken before", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_that_was_made_again_is_not_the_one_of_the_state()
    {
        world.Log.Is = Ids("c", Before);
        using (var slot = world.Activate())
        {
            SlotWorld.Feed(slot, 0, 0, events[..2]);
            world.Commit(slot);
        }
        world.Log.Is = Ids("c", Now);

        Assert.StartsWith($"topic 'events' was deleted and made again: its id is {Now}, and the job has read {Before}.", Assert.Throws<JobFailed>(() => world.Activate()).Message, StringComparison.Ordinal);

        // Unknown is not different, and what was known is not forgotten for it.
        world.Log.Is = TopicIdentities.Unknown;
        using (var slot = world.Activate())
        {
            slot.Refresh();
            world.Commit(slot);
        }
        world.Log.Is = Ids("c", Now);
        Assert.Throws<JobFailed>(() => world.Activate());
    }

    [Fact]
    public void Another_cluster_at_the_same_address_is_not_the_jobs()
    {
        world.Log.Is = Ids("first", Before);
        using (var slot = world.Activate())
        {
            slot.Refresh();
            world.Commit(slot);
        }
        world.Log.Is = Ids("second", Before);

        Assert.StartsWith("the journal of slot 0 was written in Kafka cluster 'first', and this is cluster 'second'", Assert.Throws<JobFailed>(() => world.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_journal_beside_snapshots_is_no_first_start()
    {
        world.Blobs.All["job/0-0/000000000002-abcdef01"] = [];

        Assert.StartsWith("the journal job.journal[0] is empty, and there are snapshots of the job ('job/0-0/000000000002-abcdef01')", Assert.Throws<JobFailed>(() => world.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_of_a_first_commit_that_never_landed_is_no_hindrance()
    {
        world.Blobs.All["job/0-0/000000000001-abcdef01"] = [];

        world.Activate().Dispose();
    }

    [Fact]
    public void Records_of_another_job_in_the_journal_are_passed_over_and_told()
    {
        Committed(10);
        world.Log.Journal.Insert(0, JournalCodec.Encode(world.Record(41, 3, 3) with { Job = "other" }));
        world.Log.Journal.Add(JournalCodec.Encode(world.Record(42, 3, 3) with { Job = "other" }));

        using var slot = world.Activate();

        Assert.Equal(2, slot.Sequence);
        Assert.Equal(["2 records of another job in job.journal[0] are passed over: some job writes to the topic, which belongs to job 'job' alone"], world.Notices);
    }

    /// <summary>A job that has taken so many records and has a snapshot behind them.</summary>
    private void Committed(int records)
    {
        using var slot = world.Activate();
        SlotWorld.Feed(slot, 0, 0, events[..records]);
        world.Commit(slot, snapshot: true);
        // Names the snapshot.
        world.Commit(slot);
    }

    private static TopicIdentities Ids(string cluster, Guid events) => new(cluster, new Dictionary<string, TopicIdentity> { ["events"] = new(events, 1) });
}
