using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

public class SlotRecoveryTests
{
    private readonly SlotWorld world = new();
    private readonly List<byte[]> events = [.. Streams.Events(new Random(4), 300, late: 0.1).Select(e => e.Json(false))];
    private readonly List<byte[]> blocks = [];
    private int fed;

    [Fact]
    public void The_first_start_begins_where_the_topics_begin_and_is_live_at_once()
    {
        world.Log.Held[SlotWorld.Events] = new OffsetRange(7, 20);
        using var slot = world.Activate();
        Assert.Equal(1, world.Log.Opened);
        Assert.All(slot.Runs, r => Assert.False(r.Replaying));
        Assert.Equal(7, SlotWorld.RunOf(slot, 0).Processor.Position);
        Assert.Equal(0, slot.Sequence);
        Assert.Equal([1, 0], slot.Runs.Select(r => r.Processor.Id.Stage));
    }

    [Fact]
    public void A_later_generation_that_nothing_was_written_for_does_not_start_from_nothing()
    {
        var later = new SlotWorld { Job = world.Job.AtGeneration(2) };

        Assert.Contains("generation 2 of job", Assert.Throws<JobFailed>(() => later.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Snapshot_and_replay_give_the_state_of_before()
    {
        using var before = world.Activate();
        Work(before, 3, snapshotAt: 1);
        var notices = Recovered(before);
        Assert.Empty(notices);
    }

    [Fact]
    public void A_torn_newest_snapshot_falls_back_to_the_older_one_and_is_named_no_longer()
    {
        using var before = world.Activate();
        Work(before, 1, snapshotAt: 0);
        Work(before, 2, snapshotAt: 0);
        foreach (var (name, bytes) in world.Blobs.All.ToList())
            if (name.EndsWith("/3", StringComparison.Ordinal)) world.Blobs.All[name] = bytes[..(bytes.Length / 2)];
        var notices = Recovered(before);
        Assert.Equal(2, notices.Count);
        Assert.All(notices, n => Assert.Contains("does not match its checksum: passed over", n, StringComparison.Ordinal));

        using var again = world.Activate();
        Assert.All(again.Runs, r => Assert.Equal([1L], r.Snapshots.Select(s => s.Sequence)));
    }

    [Fact]
    public void An_older_snapshot_in_the_newest_ones_place_is_passed_over_even_at_the_same_offset()
    {
        using var before = world.Activate();
        Work(before, 1, snapshotAt: 0);
        var run = SlotWorld.RunOf(before, 0);
        before.AdvanceIdle(run, run.Processor.Watermark + 1_000);
        world.Commit(before, snapshot: true);
        before.Took(0);
        world.Commit(before);
        world.Blobs.All["job/0-0/3"] = world.Blobs.All["job/0-0/1"];

        var notice = Assert.Single(Recovered(before));

        Assert.Equal("snapshot 'job/0-0/3' is of commit 1 at offset 25, the journal says commit 3 at offset 25: passed over", notice);
    }

    [Fact]
    public void A_snapshot_that_its_storage_does_not_give_stops_the_slot_and_stays_named()
    {
        using var before = world.Activate();
        Work(before, 3, snapshotAt: 0);
        world.Blobs.Broken = new IOException("Stale file handle");
        var refusal = Assert.Throws<JobFailed>(() => world.Activate());
        Assert.Contains("could not be opened or read: Stale file handle. Start again when its storage answers", refusal.Message, StringComparison.Ordinal);
        world.Blobs.Broken = null;
        using var after = world.Activate();
        Assert.Empty(world.Notices);
    }

    [Fact]
    public void Snapshots_that_nothing_names_are_removed_and_those_that_an_owner_may_still_name_stay()
    {
        using var before = world.Activate();
        Work(before, 2, snapshotAt: 0);
        var named = world.Blobs.All.Keys.ToList();
        var (gone, last) = (new Guid(0xbad, 0, 0, new byte[8]), SlotWorld.Owner);
        string Left(long sequence, Guid owner) => SnapshotName.Of(world.Job.Name, new ProcessorId(0, 0), sequence, owner);
        foreach (var sequence in new[] { 1, before.Sequence, before.Sequence + 1 }) world.Blobs.All[Left(sequence, gone)] = [];
        // The owner of the last commit may have its next one in doubt: it takes the slot back then, and names what it has written.
        world.Blobs.All[Left(before.Sequence, last)] = [];

        using var after = world.Activate();

        Assert.Equal(new HashSet<string>([.. named, Left(before.Sequence + 1, gone), Left(before.Sequence, last)]), [.. world.Blobs.All.Keys]);
    }

    [Fact]
    public void Who_is_overtaken_between_journal_and_offsets_is_fenced_and_raises_no_alarm()
    {
        world.Log.Add(world.Record(1, 0, 5), (SlotWorld.Events, 0), (SlotWorld.Rekeyed, 5));
        world.Log.WhenAskedForOffsets = () => world.Log.Add(world.Record(2, 3, 5), (SlotWorld.Events, 3));
        Assert.Throws<PartitionFenced>(() => world.Activate());
    }

    [Fact]
    public void Without_any_snapshot_everything_is_replayed_and_a_notice_says_so()
    {
        using var before = world.Activate();
        Work(before, 1, snapshotAt: 0);
        Work(before, 1, snapshotAt: -1);
        world.Blobs.All.Clear();
        var notices = Recovered(before);
        Assert.Contains("snapshot 'job/0-0/1' is not there: passed over", notices);
        Assert.Contains("no snapshot of processor 0-0 can be used: replaying events[0] from offset 0", notices);
    }

    [Fact]
    public void State_that_began_with_a_savepoint_is_never_made_from_input_alone()
    {
        var later = new SlotWorld { Job = world.Job.AtGeneration(2) };
        var slice = new TopicPartition(later.Job.Stages[1].Input.Topic, 0);
        var record = later.Record(1, 0, 0);
        later.Log.Add(record with { Processors = [.. record.Processors.Select(p => p with { Snapshots = [new NamedSnapshot(1, 0, $"job/{p.Id}/seed")] })] }, (SlotWorld.Events, 0), (slice, 0));
        var refusal = Assert.Throws<JobFailed>(() => later.Activate());
        Assert.Contains("can be used, and the job began from a savepoint", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_commit_in_the_journal_is_refused()
    {
        world.Log.Add(world.Record(1, 0, 0));
        world.Log.Add(world.Record(3, 0, 0));
        Refused("the journal of slot 0 has commit 3 after commit 1: commits between them are missing");
    }

    [Fact]
    public void A_journal_that_begins_behind_the_snapshot_is_refused()
    {
        using var before = world.Activate();
        Work(before, 1, snapshotAt: 0);
        Work(before, 3, snapshotAt: -1);
        world.Log.Journal.RemoveRange(0, 2);
        Refused("commits 2 to 2 are gone from job.journal[0], and processor 1-0 is to go on from commit 1: restore a newer snapshot of it, or reset the job.");
    }

    [Fact]
    public void A_journal_without_its_beginning_cannot_replace_a_snapshot()
    {
        world.Log.Add(world.Record(5, 0, 0), (SlotWorld.Events, 0), (SlotWorld.Rekeyed, 0));
        Refused("commits 1 to 4 are gone from job.journal[0], and processor 1-0 is to go on from commit 0: restore a newer snapshot of it, or reset the job.");
    }

    [Fact]
    public void Something_else_in_the_journal_is_refused()
    {
        world.Log.Journal.Add("hello"u8.ToArray());
        Refused("a record of job.journal[0] cannot be read: it does not begin like a journal record. Something else wrote to the topic, or it is damaged.");
    }

    [Fact]
    public void A_closed_journal_fences()
    {
        world.Log.Add(world.Record(1, 0, 0) with { Closed = true });
        Assert.Contains("is closed", Assert.Throws<PartitionFenced>(() => world.Activate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_of_another_version_of_the_spec_is_refused_with_the_choices()
    {
        world.Log.Add(world.Record(1, 0, 0) with { Fingerprint = 1 });
        Refused("job 'job' has state of another version of its spec: sources, keys, rolling or window steps have changed. Run the old spec to go on from that state, "
            + "give the new version another job name, or forget the state with `streamgrains reset`.");
    }

    [Fact]
    public void Another_number_of_slots_is_refused()
    {
        world.Log.Add(world.Record(1, 0, 0));
        var refusal = Assert.Throws<JobFailed>(() => world.Activate(slots: 2));
        Assert.Equal("job.journal[0] is the journal of slot 0 of 1; this run wants slot 0 of 2. Set slots: 1, or reset the job.", refusal.Message);
    }

    [Fact]
    public void Offsets_that_the_journal_does_not_know_are_refused_with_a_way_that_loses_nothing()
    {
        world.Log.Add(world.Record(1, 0, 5), (SlotWorld.Rekeyed, 5), (SlotWorld.Events, 4));
        Refused("group 'job' has committed offset 4 for events[0], the job's journal says 0. They are written together, so something else changed one. Nothing is lost: where offsets were moved by hand, "
            + "delete those of group 'job' (kafka-consumer-groups --delete-offsets), and the job writes them again from its journal.");
    }

    [Fact]
    public void Offsets_beside_an_empty_journal_are_refused_and_deleting_them_is_not_advised()
    {
        world.Log.Offsets[SlotWorld.Events] = 4;
        var refusal = Assert.Throws<JobFailed>(() => world.Activate());
        Assert.StartsWith("the journal job.journal is empty, and group 'job' has committed offset 4 for events[0]: the journal was deleted or made again, or somebody else reads with this group. ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", refusal.Message["the journal job.journal is empty, and group 'job' has committed offset 4 for events[0]: the journal was deleted".Length..], StringComparison.Ordinal);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Offsets_that_have_expired_are_written_again_from_the_journal(bool exactlyOnce)
    {
        var quiet = new SlotWorld(exactlyOnce);
        quiet.Log.Add(quiet.Record(1, 0, 5), (SlotWorld.Rekeyed, 5));

        using var slot = quiet.Activate();
        Assert.True(slot.Dirty);
        quiet.Commit(slot);

        Assert.Equal(new Dictionary<TopicPartition, long> { [SlotWorld.Events] = 0, [SlotWorld.Rekeyed] = 5 }, quiet.Log.Offsets);
    }

    [Fact]
    public void At_least_once_offsets_may_be_ahead_of_the_journal_and_not_behind()
    {
        var loose = new SlotWorld(exactlyOnce: false);
        loose.Log.Add(loose.Record(1, 0, 5), (SlotWorld.Events, 9), (SlotWorld.Rekeyed, 5));
        loose.Activate().Dispose();
        loose.Log.Offsets[SlotWorld.Rekeyed] = 4;
        Assert.Throws<JobFailed>(() => loose.Activate());
    }

    [Fact]
    public void Input_that_retention_has_cut_is_refused_with_the_offsets_that_are_gone()
    {
        world.Log.Add(Taken(world.Record(1, 10, 0), 10), (SlotWorld.Events, 10), (SlotWorld.Rekeyed, 0));
        world.Log.Held[SlotWorld.Events] = new OffsetRange(4, 10);
        var refusal = Assert.Throws<JobFailed>(() => world.Activate());
        Assert.StartsWith("offsets 0 to 3 of events[0] are needed to recover and are gone: the topic's retention removed them.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_overtaken_by_one_that_has_its_input_removed_is_fenced_and_raises_no_alarm()
    {
        world.Log.Add(Taken(world.Record(1, 10, 0), 10), (SlotWorld.Events, 10), (SlotWorld.Rekeyed, 0));
        world.Log.Held[SlotWorld.Events] = new OffsetRange(4, 10);
        world.Log.WhenAskedForOffsets = () => world.Log.Add(world.Record(2, 10, 0));
        Assert.Throws<PartitionFenced>(() => world.Activate());
    }

    [Fact]
    public void Who_sees_a_newer_owners_offsets_before_its_journal_record_waits_for_that_and_is_fenced()
    {
        world.Log.Add(world.Record(1, 10, 0), (SlotWorld.Events, 10), (SlotWorld.Rekeyed, 0));
        world.Log.WhenAskedForOffsets = () => world.Log.Offsets[SlotWorld.Events] = 20;
        world.Log.WhenSettled = () => world.Log.Add(world.Record(2, 20, 0));
        Assert.Throws<PartitionFenced>(() => world.Activate());
    }

    [Fact]
    public void Events_without_records_are_repeated_once_and_in_their_place()
    {
        using var before = world.Activate();
        var source = SlotWorld.RunOf(before, 0);
        before.AdvanceIdle(source, Streams.Start);
        world.Commit(before);
        SlotWorld.Feed(before, 0, 0, events[..2]);
        before.AdvanceIdle(source, Streams.Start + 900_000);
        before.Drain(source);
        before.AdvanceIdle(source, Streams.Start + 1_000_000);
        world.Commit(before, snapshot: false);
        SlotWorld.Feed(before, 0, 2, events[2..4]);
        world.Commit(before);

        using var after = world.Activate();
        var run = SlotWorld.RunOf(after, 0);
        Assert.Equal(Streams.Start, run.Processor.Watermark);
        SlotWorld.Feed(after, 0, 0, events[..2]);
        Assert.Equal(Streams.Start + 1_000_000, run.Processor.Watermark);
        Assert.True(run.Replaying);
        SlotWorld.Feed(after, 0, 2, events[2..4]);
        Assert.False(run.Replaying);
        Assert.Equal(SlotWorld.State(before, 0), SlotWorld.State(after, 0));
    }

    [Fact]
    public void Replay_over_offsets_that_hold_no_records_ends_at_the_end_of_the_partition()
    {
        var rubbish = "rubbish"u8.ToArray();
        var record = world.Record(1, 10, 0, new JournalEvent(new ProcessorId(0, 0), 9, JournalEventKind.IdleAdvance, 55));
        record = record with { Processors = [record.Processors[0], record.Processors[1] with { Tally = SlotWorld.Tally((0, rubbish)) }] };
        world.Log.Add(record, (SlotWorld.Events, 10), (SlotWorld.Rekeyed, 0));
        using var slot = world.Activate();
        var run = SlotWorld.RunOf(slot, 0);
        SlotWorld.Feed(slot, 0, 0, rubbish);
        run.ReachedEnd(9);
        Assert.True(run.Replaying);
        run.ReachedEnd(10);
        Assert.False(run.Replaying);
        Assert.Equal((10, 55), (run.Processor.Position, run.Processor.Watermark));
    }

    /// <summary>Commits some intervals, each of 25 events through both stages; the one at <paramref name="snapshotAt"/> with a snapshot.</summary>
    private void Work(Slot slot, int intervals, int snapshotAt)
    {
        for (var i = 0; i < intervals; i++)
        {
            SlotWorld.Feed(slot, 0, fed, events[fed..(fed += 25)]);
            SlotWorld.Feed(slot, 1, SlotWorld.RunOf(slot, 1).Processor.Position, blocks[(int)SlotWorld.RunOf(slot, 1).Processor.Position..]);
            blocks.AddRange(world.Commit(slot, i == snapshotAt).Outputs.Where(o => o.Topic == Plans.Internal).Select(o => o.Value));
        }
        // Names the snapshot of the last interval.
        slot.Took(0);
        world.Commit(slot);
    }

    /// <summary>Activates anew, replays, and compares with the state of before.</summary>
    private List<string> Recovered(Slot before)
    {
        world.Notices.Clear();
        using var after = world.Activate();
        foreach (var run in after.Runs)
        {
            var stage = run.Processor.Id.Stage;
            var input = stage == 0 ? events : blocks;
            var (from, to) = ((int)run.Processor.Position, (int)SlotWorld.RunOf(before, stage).Processor.Position);
            SlotWorld.Feed(after, stage, from, input[from..to]);
            Assert.False(run.Replaying);
            Assert.Equal(SlotWorld.State(before, stage), SlotWorld.State(after, stage));
        }
        var notices = world.Notices.ToList();
        world.Commit(after);
        return notices;
    }

    /// <summary>The same record, as of a slot that had taken so many source records.</summary>
    private static JournalRecord Taken(JournalRecord record, long records) =>
        record with { Processors = [record.Processors[0], record.Processors[1] with { Tally = new InputTally(records, 77) }] };

    private void Refused(string message) => Assert.Equal(message, Assert.Throws<JobFailed>(() => world.Activate()).Message);
}
