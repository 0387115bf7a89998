using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Tests.State;

public class PagedArrayTests
{
    [Theory, InlineData(1, 1), InlineData(2, 7), InlineData(3, 300), InlineData(4, 5000)]
    public void An_image_keeps_what_was_there_when_it_was_taken_and_the_array_goes_on(int seed, int stride)
    {
        var random = new Random(seed);
        var array = new PagedArray<long>(stride);
        var live = new Dictionary<int, long>();
        for (var round = 0; round < 30; round++)
        {
            Change(60);
            var expected = live.ToDictionary();
            var highWater = array.HighWater;
            var image = array.Share();
            Change(60);
            var copy = Restore(image, stride);
            image.Release();
            Change(10);

            Assert.Equal(highWater, copy.HighWater);
            Assert.All(expected, e => Assert.Equal(e.Value, copy.Read(e.Key)[stride - 1]));
            Assert.All(live, e => Assert.Equal(e.Value, array.Read(e.Key)[stride - 1]));
            // The free list came along: what the copy hands out is nobody's.
            for (var i = 0; i < 20; i++)
            {
                var fresh = copy.Allocate();
                Assert.True(expected.TryAdd(fresh, 0));
                Assert.True(copy.Read(fresh).IndexOfAnyExcept(0) < 0);
            }
        }

        void Change(int steps)
        {
            for (; steps > 0; steps--)
            {
                if (random.Next(3) == 0 && live.Count > 0)
                {
                    var gone = live.Keys.ElementAt(random.Next(live.Count));
                    array.Free(gone);
                    live.Remove(gone);
                    continue;
                }
                var at = random.Next(2) == 0 || live.Count == 0 ? array.Allocate() : live.Keys.ElementAt(random.Next(live.Count));
                array.Write(at)[stride - 1] = live[at] = random.NextInt64();
            }
        }
    }

    [Fact]
    public void A_shared_page_is_copied_once_when_it_is_written_and_never_after_the_image_is_released()
    {
        var array = new PagedArray<long>();
        for (var i = 0; i < 4096; i++) array.Allocate();
        var image = array.Share();
        Assert.InRange(Allocated(() => array.Write(1)[0] = 1), 32 * 1024, 33 * 1024);
        Assert.Equal(0, Allocated(() => array.Write(2)[0] = 1));
        image.Release();
        image = array.Share();
        image.Release();
        Assert.Equal(0, Allocated(() => array.Write(1)[0] = 1));
    }

    [Fact]
    public void Freed_records_are_used_again_last_freed_first()
    {
        var array = new PagedArray<int>();
        for (var i = 0; i < 5; i++) array.Allocate();
        array.Free(1);
        array.Free(3);
        Assert.Equal([3, 1, 5], [array.Allocate(), array.Allocate(), array.Allocate()]);
    }

    private static PagedArray<long> Restore(PagedImage image, int stride)
    {
        var stream = new MemoryStream();
        image.WriteTo(new SnapshotWriter(stream));
        stream.Position = 0;
        var copy = new PagedArray<long>(stride);
        copy.Restore(new SnapshotReader(stream, stream.Length));
        return copy;
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
