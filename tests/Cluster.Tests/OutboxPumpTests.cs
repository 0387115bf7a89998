using StreamGrains.Engine.Ports;
using StreamGrains.Grains.Streams;

namespace StreamGrains.Cluster.Tests;

public sealed class OutboxPumpTests : IDisposable
{
    private readonly List<OutboxRecord> published = [];
    private readonly FakeOutbox outbox = new(new(0, 1, 10, "a", "1"), new(0, 2, 11, "b", "2"), new(0, 3, 12, "a", "3"), new(0, 5, 13, "a", "4"));

    [Fact]
    public void Records_of_a_key_are_published_in_order_and_count_as_gone_after_the_last()
    {
        var pump = new OutboxPump(outbox, Take, (_, _) => throw new InvalidOperationException("nothing fails here"));
        Assert.True(pump.Step(TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(["1", "3", "4"], published.Where(r => r.Key == "a").Select(r => r.Value));
        Assert.Equal(4, outbox.PublishedAtDone);
        Assert.False(pump.Step(TimeSpan.Zero, CancellationToken.None));

        Task Take(OutboxRecord record)
        {
            published.Add(record);
            outbox.Published++;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void What_fails_is_tried_again_before_anything_behind_it_and_holds_up_no_other_key()
    {
        var (attempts, waits) = (0, new List<int>());
        var pump = new OutboxPump(outbox, Take, (_, failures) =>
        {
            waits.Add(failures);
            return Task.CompletedTask;
        });
        pump.Step(TimeSpan.Zero, CancellationToken.None);
        Assert.Equal([1, 2], waits);
        Assert.Equal(["2", "1", "3", "4"], published.Select(r => r.Value));
        Assert.Equal(4, outbox.PublishedAtDone);

        async Task Take(OutboxRecord record)
        {
            if (record.Value == "1")
            {
                await Task.Yield();
                Eventually.Holds(() => published.Count > 0, TimeSpan.FromSeconds(10));
                if (attempts++ < 2) throw new IOException("not now");
            }
            lock (published) published.Add(record);
            Interlocked.Increment(ref outbox.Published);
        }
    }

    [Fact]
    public void A_stop_while_something_fails_leaves_all_of_it_for_the_next_owner()
    {
        using var stop = new CancellationTokenSource();
        var pump = new OutboxPump(outbox, r => r.Key == "b" ? throw new IOException("never") : Task.CompletedTask, (_, _) => stop.CancelAsync());
        Assert.ThrowsAny<OperationCanceledException>(() => pump.Step(TimeSpan.Zero, stop.Token));
        Assert.Null(outbox.PublishedAtDone);
    }

    public void Dispose() => outbox.Dispose();

    private sealed class FakeOutbox(params OutboxRecord[] records) : IOutbox
    {
        private OutboxRecord[] left = records;

        public int Published;

        public int? PublishedAtDone { get; private set; }

        public IReadOnlyList<OutboxRecord> Read(int most, TimeSpan wait)
        {
            var next = left.Take(most).ToArray();
            left = left[next.Length..];
            return next;
        }

        public void Done() => PublishedAtDone = Published;

        public void Dispose()
        {
        }
    }
}
