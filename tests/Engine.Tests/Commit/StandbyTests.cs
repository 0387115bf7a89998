using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

/// <summary>An owner and a warm copy beside it, over one log.</summary>
public class StandbyTests
{
    private readonly SlotWorld world = new();
    private readonly List<byte[]> events = [.. Streams.Events(new Random(4), 400, late: 0.1).Select(e => e.Json(false))];
    private readonly List<byte[]> blocks = [];
    private readonly SlotRecovery follower;
    private int fed;

    public StandbyTests() => follower = Recovery();

    [Fact]
    public async Task Before_the_first_commit_there_is_nothing_to_follow() => Assert.Null(await follower.Follow(0));

    [Fact]
    public async Task It_opens_nothing_repeats_what_is_committed_and_no_more()
    {
        using var owner = world.Activate();
        Work(owner, 2, snapshotAt: 0);
        using var standby = (await follower.Follow(0))!;
        Assert.Equal(1, world.Log.Opened);
        // The next event waits already, and its owner has not committed it.
        SlotWorld.Feed(owner, 0, fed, events[fed]);
        Feed(standby, 0, events[..(fed + 1)]);
        Feed(standby, 1, blocks);
        AssertSame(owner, standby, except: 1);
        Assert.All(standby.Runs, r => Assert.True(r.Replaying));
        Assert.Equal((owner.Landed, 0), (standby.Sequence, standby.Behind));
        Assert.Equal(0, standby.Open.Bytes.Length);
    }

    [Fact]
    public async Task It_follows_commit_by_commit_and_repeats_what_no_record_carries()
    {
        using var owner = world.Activate();
        Work(owner, 1, snapshotAt: 0);
        using var standby = (await follower.Follow(0))!;
        Feed(standby, 0, events[..fed]);
        Feed(standby, 1, blocks);
        var source = SlotWorld.RunOf(owner, 0);
        owner.AdvanceIdle(source, source.Processor.Watermark + 5_000);
        owner.Drain(source);
        Work(owner, 2, snapshotAt: 1);

        standby.Follow(await follower.Next(0, standby.Sequence));

        Assert.Equal(source.Processor.Position - 25, standby.Runs[1].Processor.Position + 25);
        Feed(standby, 0, events[..fed]);
        Feed(standby, 1, blocks);
        AssertSame(owner, standby);
        Assert.Equal(SlotWorld.RunOf(owner, 0).Snapshots.Take(1), standby.Runs[1].Snapshots.Take(1));
    }

    [Fact]
    public async Task Taken_over_it_goes_on_where_the_owner_was_and_loads_nothing()
    {
        using var owner = world.Activate();
        Work(owner, 1, snapshotAt: 0);
        var standby = (await follower.Follow(0))!;
        Feed(standby, 0, events[..fed]);
        Feed(standby, 1, blocks);
        // One commit that it has not heard of.
        Work(owner, 1, snapshotAt: -1);
        world.Blobs.Broken = new IOException("nobody may read a snapshot");

        using var slot = await Recovery().Activate(0, new Guid(9, 9, 9, new byte[8]), standby);

        Assert.Same(standby.Runs, slot.Runs);
        Assert.Equal(owner.Landed, slot.Landed);
        Assert.Equal(0, slot.Recovered!.SnapshotBytes);
        Assert.True(SlotWorld.RunOf(slot, 0).Replaying);
        Feed(standby, 0, events[..fed]);
        Feed(standby, 1, blocks);
        Assert.All(slot.Runs, r => Assert.False(r.Replaying));
        AssertSame(owner, standby);

        // From now on it writes, and exactly what its owner would have written.
        SlotWorld.Feed(owner, 0, fed, events[fed..(fed + 25)]);
        SlotWorld.Feed(slot, 0, fed, events[fed..(fed + 25)]);
        var expected = Written(owner);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Written(slot));
    }

    [Fact]
    public async Task A_copy_that_is_up_to_date_is_live_at_once()
    {
        using var owner = world.Activate();
        Work(owner, 1, snapshotAt: 0);
        var standby = (await follower.Follow(0))!;
        Feed(standby, 0, events[..fed]);
        Feed(standby, 1, blocks);
        standby.Follow(await follower.Next(0, standby.Sequence));
        using var slot = await Recovery().Activate(0, SlotWorld.Owner, standby);
        Assert.All(slot.Runs, r => Assert.False(r.Replaying));
        Assert.All(slot.Runs, r => Assert.True(r.Processor.Emitting));
    }

    [Fact]
    public async Task One_that_was_left_behind_by_the_journal_is_not_taken()
    {
        using var owner = world.Activate();
        Work(owner, 1, snapshotAt: 0);
        using var standby = (await follower.Follow(0))!;
        Work(owner, 3, snapshotAt: 1);
        world.Log.Journal.RemoveRange(0, world.Log.Journal.Count - 2);
        using var slot = await Recovery().Activate(0, SlotWorld.Owner, standby);
        Assert.NotSame(standby.Runs, slot.Runs);
        Assert.True(slot.Recovered!.SnapshotBytes > 0);
    }

    [Fact]
    public async Task Commits_that_are_missing_end_it()
    {
        using var owner = world.Activate();
        Work(owner, 1, snapshotAt: 0);
        using var standby = (await follower.Follow(0))!;
        Work(owner, 1, snapshotAt: -1);
        world.Log.Journal[2] = world.Log.Journal[3];
        world.Log.Journal.RemoveAt(3);
        var broken = await Assert.ThrowsAsync<JobFailed>(async () => await follower.Next(0, standby.Sequence));
        Assert.Equal("the journal of slot 0 goes on with commit 4 after commit 2: commits between them are missing", broken.Message);
    }

    private SlotRecovery Recovery() => new(world.Job, Plans.Setup(1, 1), 1, world.Log, world.Blobs, world.Notices.Add);

    private void Work(Slot slot, int intervals, int snapshotAt)
    {
        for (var i = 0; i < intervals; i++)
        {
            SlotWorld.Feed(slot, 0, fed, events[fed..(fed += 25)]);
            SlotWorld.Feed(slot, 1, SlotWorld.RunOf(slot, 1).Processor.Position, blocks[(int)SlotWorld.RunOf(slot, 1).Processor.Position..]);
            blocks.AddRange(world.Commit(slot, i == snapshotAt).Outputs.Where(o => o.Topic == Plans.Internal).Select(o => o.Value));
        }
        slot.Took(0);
        world.Commit(slot);
    }

    /// <summary>Gives the copy all there is from where it stands on; it takes what it may.</summary>
    private static void Feed(Standby standby, int stage, List<byte[]> values)
    {
        var run = standby.Runs.Single(r => r.Processor.Id.Stage == stage);
        var inbox = run.Inbox;
        var next = inbox.Remaining == 0 ? run.Processor.Position : inbox[inbox.Next + inbox.Remaining - 1].Offset + 1;
        foreach (var value in values.Skip((int)next)) inbox.Add(new RawRecord(next++, 0, OutputBuffer.Null, inbox.Bytes.Append(value), default));
        while (run.Replaying && run.Step(int.MaxValue, long.MaxValue) > 0)
        {
        }
        run.ReachedEnd(values.Count);
    }

    private static void AssertSame(Slot owner, Standby standby, int except = 0)
    {
        foreach (var run in standby.Runs)
        {
            var stage = run.Processor.Id.Stage;
            var position = SlotWorld.RunOf(owner, stage).Processor.Position;
            Assert.Equal(stage == 0 ? position - except : position, run.Processor.Position);
            if (stage == 0 && except > 0) continue;
            Assert.Equal(SlotWorld.State(owner, stage), State(run));
        }
    }

    private static byte[] State(ProcessorRun run)
    {
        var image = run.Processor.Share(0);
        var file = new MemoryStream();
        image.WriteTo(file);
        image.Release();
        return file.ToArray();
    }

    private static List<byte[]> Written(Slot slot)
    {
        slot.Took(1);
        var interval = slot.Freeze(snapshot: false);
        return [.. interval.Outputs.Records.Select(r => interval.Outputs.Bytes[r.Value].ToArray())];
    }
}
