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
}
