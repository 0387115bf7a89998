using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;

namespace StreamGrains.Engine.Tests.Decode;

public class InboxTests
{
    [Theory]
    [InlineData(10, 1_000, 4)]
    [InlineData(2, 1_000, 2)]
    [InlineData(10, 400, 4)]
    [InlineData(10, 399, 3)]
    [InlineData(10, 200, 2)]
    [InlineData(10, 1, 1)]
    public void A_step_takes_no_more_bytes_than_it_may_and_at_least_one_record(int most, long bytes, int expected)
    {
        var batch = new Inbox();
        for (var n = 0; n < 4; n++) batch.Add(new RawRecord(n, 0, OutputBuffer.Null, batch.Bytes.Append(new byte[100]), default));

        Assert.Equal(expected, batch.Within(most, bytes));
    }

    [Fact]
    public void Nothing_is_within_an_empty_batch() => Assert.Equal(0, new Inbox().Within(10, 1));

    [Fact]
    public void An_arena_gives_memory_back_only_when_it_is_empty_and_has_more_than_it_keeps()
    {
        var arena = new ByteArena();
        arena.Append(new byte[5_000]);

        arena.Release(keep: 1_000);
        Assert.Equal(5_000, arena.Capacity);
        arena.Clear();
        arena.Release(keep: 5_000);
        Assert.Equal(5_000, arena.Capacity);
        arena.Release(keep: 4_999);
        Assert.Equal(0, arena.Capacity);
        Assert.Equal("again"u8, arena[arena.Append("again"u8)]);
    }

    [Fact]
    public void A_large_arena_grows_by_a_quarter()
    {
        var arena = new ByteArena();
        arena.Append(new byte[8 << 20]);

        arena.Append([1]);

        Assert.Equal(10 << 20, arena.Capacity);
        Assert.Equal(1, arena.Written[^1]);
    }
}
