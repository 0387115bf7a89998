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
}
