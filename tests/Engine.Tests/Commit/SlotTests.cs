using System.Text;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

public class SlotTests
{
    [Fact]
    public void A_commit_during_replay_leaves_the_replaying_processor_where_it_was_committed()
    {
        var world = new SlotWorld();
        world.Log.Add(world.Record(1, events: 0, rekeyed: 5), (SlotWorld.Events, 0), (SlotWorld.Rekeyed, 5));
        using var slot = world.Activate();
        Assert.True(SlotWorld.RunOf(slot, 1).Replaying);
        SlotWorld.Feed(slot, 0, 0, new Event(1, Streams.Start, "1", 1, null).Json(false));

        var interval = slot.Freeze(snapshot: false);

        Assert.Equal(5, interval.Offsets[SlotWorld.Rekeyed]);
        Assert.Equal(5, interval.Journal.Processors.Single(p => p.Id.Stage == 1).Position);
        Assert.Equal(1, interval.Offsets[SlotWorld.Events]);
    }

    [Fact]
    public void Windows_behind_a_re_key_come_out_at_each_end_of_input_and_replay_repeats_that()
    {
        var world = new SlotWorld(windows: true);
        long events = 0, rekeyed = 0;
        var blocks = new List<byte[]>();
        List<string> results = [];
        using var slot = world.Activate();
        for (var round = 0; round < 3; round++)
        {
            SlotWorld.Feed(slot, 0, events++, new Event(round, Streams.Start + round * 60_000, "1", 1, null).Json(false));
            slot.Drain(SlotWorld.RunOf(slot, 0));
            var committed = world.Commit(slot).Outputs.Where(o => o.Topic == Plans.Internal).Select(o => o.Value).ToList();
            blocks.AddRange(committed);
            SlotWorld.Feed(slot, 1, rekeyed, committed);
            rekeyed += committed.Count;
            slot.Drain(SlotWorld.RunOf(slot, 1));
            results.AddRange(world.Commit(slot).Outputs.Where(o => o.Topic == Plans.Results).Select(o => Encoding.UTF8.GetString(o.Value)));
        }

        Assert.Equal(
            Enumerable.Range(0, 3).Select(i => $"\"window_start\":{Streams.Start + i * 60_000}"), results.Select(r => r.Split(',')[1]));

        using var recovered = world.Activate();
        SlotWorld.Feed(recovered, 1, 0, blocks);
        SlotWorld.RunOf(recovered, 1).ReachedEnd(rekeyed);
        Assert.False(SlotWorld.RunOf(recovered, 1).Replaying);
        Assert.Equal(SlotWorld.State(slot, 1), SlotWorld.State(recovered, 1));
    }

    [Fact]
    public void While_one_interval_is_on_its_way_the_next_fills_and_the_buffer_comes_back_with_finish()
    {
        var world = new SlotWorld();
        using var slot = world.Activate();
        Assert.False(slot.Dirty);
        Feed(0);
        Assert.Equal((true, 1, 1L, 0L), (slot.Dirty, slot.OpenRecords, slot.Covering, slot.Landed));

        var first = slot.Freeze(snapshot: false);
        Assert.Equal((false, 0, 1L, true), (slot.Dirty, slot.OpenRecords, slot.Covering, slot.Committing));
        var before = first.Outputs.Bytes.Written.ToArray();
        Feed(1);
        Assert.Equal(2, slot.Covering);
        Assert.Equal(before, first.Outputs.Bytes.Written.ToArray());

        slot.Finish();
        Assert.Equal((1L, false), (slot.Landed, slot.Committing));
        Assert.Empty(first.Outputs.Records);
        var second = slot.Freeze(snapshot: false);
        Assert.NotSame(first.Outputs, second.Outputs);
        Assert.Equal([1L, 2L], [first.Sequence, second.Sequence]);
        Assert.NotEmpty(second.Outputs.Records);

        void Feed(long offset) => SlotWorld.Feed(slot, 0, offset, new Event(offset, Streams.Start + offset * 1000, "1", 1, null).Json(false));
    }

    [Fact]
    public void The_two_newest_snapshots_are_named_by_the_commit_after_they_became_durable()
    {
        var world = new SlotWorld();
        using var slot = world.Activate();
        for (var i = 0; i < 3; i++)
        {
            SlotWorld.Feed(slot, 0, i, new Event(i, Streams.Start, "1", 1, null).Json(false));
            var (interval, _) = world.Commit(slot, snapshot: true);
            Assert.All(interval.Journal.Processors, p => Assert.Equal(i == 0 ? [] : i == 1 ? [1L] : [2L, 1L], p.Snapshots.Select(s => s.Sequence)));
            Assert.Equal(0, slot.RecordsSinceSnapshot);
            Assert.True(slot.Dirty);
        }
    }

    [Fact]
    public void An_idle_advance_that_moves_nothing_is_no_event()
    {
        var world = new SlotWorld();
        using var slot = world.Activate();
        slot.AdvanceIdle(SlotWorld.RunOf(slot, 0), 100);
        slot.AdvanceIdle(SlotWorld.RunOf(slot, 0), 100);
        slot.AdvanceIdle(SlotWorld.RunOf(slot, 0), 50);
        Assert.Single(slot.Freeze(snapshot: false).Journal.Events);
    }
}
