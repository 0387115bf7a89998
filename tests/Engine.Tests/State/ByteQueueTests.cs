using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Tests.State;

public class ByteQueueTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void It_gives_back_what_went_in_in_order_also_from_a_snapshot(int seed)
    {
        var random = new Random(seed);
        var queue = new ByteQueue();
        var model = new Queue<byte[]>();
        for (var round = 0; round < 40; round++)
        {
            Change(200);
            var expected = model.ToList();
            var image = queue.Share();
            Change(200);
            var stream = new MemoryStream();
            image.WriteTo(new SnapshotWriter(stream));
            image.Release();
            stream.Position = 0;
            var copy = new ByteQueue();
            copy.Restore(new SnapshotReader(stream, stream.Length));
            Assert.Equal(expected.Count, copy.Count);
            foreach (var record in expected)
            {
                Assert.True(copy.Peek().SequenceEqual(record));
                copy.Dequeue();
            }
            Assert.Equal(0, copy.Bytes);
        }

        void Change(int steps)
        {
            for (; steps > 0; steps--)
            {
                if (random.Next(2) == 0 && model.Count > 0)
                {
                    Assert.True(queue.Peek().SequenceEqual(model.Dequeue()));
                    queue.Dequeue();
                }
                else
                {
                    var record = new byte[random.Next(50) == 0 ? random.Next(100_000) : random.Next(300)];
                    random.NextBytes(record);
                    record.CopyTo(queue.Enqueue(record.Length));
                    model.Enqueue(record);
                }
                Assert.Equal(model.Count, queue.Count);
            }
        }
    }
}
