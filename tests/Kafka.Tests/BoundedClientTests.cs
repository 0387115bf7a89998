using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka.Tests;

/// <summary>No call into a client is waited for without end.</summary>
[Collection(BrokerCollection.Name)]
public sealed class BoundedClientTests(TestBroker broker)
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60), Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_cut_whose_answer_never_comes_ends_and_is_told_and_the_next_one_has_a_new_client()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        TestTopics.Create(broker.Bootstrap, $"kept-{mark}", 1);
        TestTopics.Produce(broker.Bootstrap, $"kept-{mark}", [("a", [1], 1), ("b", [2], 2)]);
        var told = new List<string>();
        using var job = new TestJob(broker.Bootstrap, Spec(mark), ".");
        using var cluster = new KafkaJobCluster(job.Plan, new KafkaSettings(broker.Bootstrap)) { Notice = told.Add };
        Dictionary<TopicPartition, long> gone = new() { [new($"nowhere-{mark}", 0)] = 1 }, kept = new() { [new($"kept-{mark}", 0)] = 1 };

        var failure = await Assert.ThrowsAsync<IOException>(async () => await cluster.Trim(gone, CancellationToken.None));
        await cluster.Trim(kept, CancellationToken.None);

        Assert.Contains("deleting records: no answer within 10 s", failure.Message, StringComparison.Ordinal);
        Assert.Contains("deleting records: no answer within 10 s", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(new OffsetRange(1, 2), cluster.Ranges([new TopicPartition($"kept-{mark}", 0)]).Values.Single());
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    [Fact]
    public void A_client_that_was_left_is_disposed_when_its_call_ends_and_takes_no_other()
    {
        var client = new SlowClient();
        using var bounded = new BoundedClient<SlowClient>(client);

        Assert.False(bounded.TryCall(c => c.Wait(), Short, null, CancellationToken.None, out _));
        Assert.False(client.Disposed.IsSet);
        Assert.Throws<CallOverdue>(() => bounded.Call("asking", Short, _ => 1));
        client.Go.Set();

        Assert.True(client.Disposed.Wait(Ample));
    }

    [Fact]
    public void Whoever_gives_up_waits_no_longer_for_a_call()
    {
        using var giveUp = new CancellationTokenSource(Short);
        using var bounded = new BoundedClient<SlowClient>(new SlowClient());

        Assert.Throws<OperationCanceledException>(() => bounded.Call("asking", Ample, c => c.Wait(), giveUp.Token));
    }

    [Fact]
    public void While_a_call_gets_on_it_is_not_left()
    {
        var client = new SlowClient();
        using var bounded = new BoundedClient<SlowClient>(client);
        var looks = 0;

        Assert.True(bounded.TryCall(c => c.Wait(), Short, () => GetOn(), CancellationToken.None, out var answer));
        Assert.Equal(7, answer);

        long GetOn()
        {
            if (++looks == 5) client.Go.Set();
            return looks;
        }
    }

    private static string Spec(string mark) => $$"""
        job: bounded-{{mark}}
        sources:
          visits:
            topic: kept-{{mark}}
            key: page
            fields: { page: string, ts: timestamp_ms }
            event_time: ts
        steps:
          - from: visits
          - to: { topic: seen-{{mark}}, key: page }
        """;

    private sealed class SlowClient : IDisposable
    {
        public ManualResetEventSlim Go { get; } = new();

        public ManualResetEventSlim Disposed { get; } = new();

        public int Wait()
        {
            Go.Wait();
            return 7;
        }

        public void Dispose() => Disposed.Set();
    }
}
