using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Tests.Lanes;

/// <summary>A storage or a cluster that never answers holds nothing up.</summary>
public sealed class BoundedWaitTests : IDisposable
{
    private const int Soon = 30, Never = 3_600_000;
    private readonly ManualResetEventSlim answer = new();
    private readonly ThreadWorker worker = new("test");

    [Fact]
    public async Task A_call_that_does_not_end_is_left_after_its_time()
    {
        var (inTime, _) = await worker.Within(Silent, Soon, CancellationToken.None);

        Assert.False(inTime);
    }

    [Fact]
    public async Task A_call_that_ends_gives_its_answer_or_what_it_throws()
    {
        Assert.Equal((true, 7), await worker.Within(() => new ValueTask<int>(7), Never, CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(async () => await worker.Within<int>(() => throw new IOException("away"), Never, CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_gives_up_waits_no_longer()
    {
        using var giveUp = new CancellationTokenSource(Soon);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await worker.Within(Silent, Never, giveUp.Token));
    }

    [Fact]
    public async Task Writes_that_never_end_are_at_most_four()
    {
        var blobs = new BoundedBlobs(new SilentBlobs(), new Impatient(), CancellationToken.None);
        for (var i = 0; i < 4; i++)
            Assert.Contains("has not answered within 600 s", (await Assert.ThrowsAsync<IOException>(async () => await blobs.Write("a", _ => { }))).Message, StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<IOException>(async () => await blobs.Write("a", _ => { }));

        Assert.Contains("4 writes to the storage have not ended yet", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_to_be_tidied_up_does_not_hold_up_the_end()
    {
        var told = new List<string>();
        using var giveUp = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        using (var housekeeper = new Housekeeper(new SilentBlobs(), new ThreadWorker("housekeeper"), told.Add, giveUp.Token))
        {
            housekeeper.Do("cutting", async () =>
            {
                begun.Set();
                await Silent();
            });
            housekeeper.Do("cutting more", () => throw new InvalidOperationException("nobody wants it any more"));
            begun.Wait();
            giveUp.Cancel();
        }

        Assert.Empty(told);
    }

    [Fact]
    public void State_that_no_snapshot_covers_is_as_old_as_its_first_change()
    {
        var watch = new SnapshotWatch();
        var start = DateTimeOffset.UnixEpoch;
        watch.Changed(start);
        watch.Begun();
        watch.Changed(start.AddSeconds(1));
        Assert.Equal(start, watch.UncoveredSince);

        watch.Ended(durable: false, start.AddSeconds(2));
        Assert.Equal((start, null), (watch.UncoveredSince, watch.LastDurable));

        watch.Begun();
        watch.Changed(start.AddSeconds(3));
        watch.Ended(durable: true, start.AddSeconds(4));
        Assert.Equal((start.AddSeconds(3), start.AddSeconds(4)), (watch.UncoveredSince, watch.LastDurable));
    }

    public void Dispose()
    {
        answer.Set();
        worker.Dispose();
    }

    private ValueTask<bool> Silent()
    {
        answer.Wait();
        return new(true);
    }

    private sealed class SilentBlobs : IBlobStore
    {
        private readonly TaskCompletionSource never = new();

        public ValueTask Write(string name, Action<Stream> content) => new(never.Task);

        public ValueTask<Stream?> Open(string name) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>> List(string prefix) => throw new NotSupportedException();

        public ValueTask Delete(string name) => throw new NotSupportedException();
    }

    /// <summary>Lets no time pass.</summary>
    private sealed class Impatient : IWorker
    {
        public void Post(Func<ValueTask> work) => throw new NotSupportedException();

        public ValueTask Pause(int ms, CancellationToken giveUp) => throw new NotSupportedException();

        public ValueTask<(bool InTime, T Result)> Within<T>(Func<ValueTask<T>> call, int ms, CancellationToken giveUp)
        {
            var made = call();
            return new(made.IsCompletedSuccessfully ? (true, made.Result) : (false, default!));
        }

        public void Dispose()
        {
        }
    }
}
