using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Runtime.Workers;
using StreamGrains.Simulation.Jobs;

namespace StreamGrains.Simulation.Tests;

public sealed class CommitWatchTests : IDisposable
{
    private readonly List<string> notices = [], warnings = [], all = [];
    private readonly FakeCluster cluster = new();
    private readonly JobRuntime job;
    private readonly CommitWatch watch;

    public CommitWatchTests()
    {
        job = new JobRuntime(
            SimJob.All[0].Plan, cluster, new NoBlobs(), new ProcessorSetup([1], (_, _, _) => new FakeScorer()), 1, 
            new JobOptions
            {
                Notice = line => Add(notices, line),
                Warning = line => Add(warnings, line),
                Workers = _ => new Immediately(),
            });
        watch = new CommitWatch(job, 3);
    }

    [Fact]
    public void A_commit_that_does_not_get_through_is_told_of_after_five_seconds_and_then_whenever_that_has_doubled_with_the_reason()
    {
        cluster.Why = "j[3] has no leader";
        watch.Begin(1_000);

        for (var now = 1_000; now <= 22_000; now += 100) watch.Look(now, opening: false);
        watch.Ended(23_000);

        Assert.Equal(
            ["slot 3 has committed nothing for 5 s: j[3] has no leader.", "slot 3 has committed nothing for 10 s: j[3] has no leader.", "slot 3 has committed nothing for 20 s: j[3] has no leader.",
             "slot 3 commits again, after 22 s."],
            all);
        Assert.Equal(["slot 3 commits again, after 22 s."], notices);
    }

    [Fact]
    public void A_commit_that_does_not_get_through_is_a_delay_with_its_reason_until_the_next_is_begun()
    {
        watch.Begin(1_000);
        watch.Look(5_900, opening: false);
        Assert.Null(watch.Delay);

        watch.Look(6_000, opening: false);
        Assert.Equal("the cluster shows no reason; it is tried on", watch.Delay!.Reason);
        watch.Troubled("Broker: Not leader (NotLeaderForPartition)");
        Assert.Equal("Kafka says: Broker: Not leader (NotLeaderForPartition)", watch.Delay!.Reason);
        cluster.Why = "j[3] has no leader";
        watch.Look(11_000, opening: false);
        Assert.Equal("j[3] has no leader; Kafka says: Broker: Not leader (NotLeaderForPartition)", watch.Delay!.Reason);

        watch.Begin(12_000);
        Assert.Null(watch.Delay);
    }

    [Fact]
    public void What_only_follows_from_another_trouble_neither_comes_before_it_nor_takes_its_place()
    {
        watch.Begin(0);
        watch.Troubled("Local: Erroneous state (Local_State)");
        Assert.Empty(notices);
        watch.Troubled("Local: Timed out (Local_TimedOut)");
        watch.Troubled("Local: Erroneous state (Local_State)");
        watch.Look(5_000, opening: false);

        Assert.Equal(["Local: Timed out (Local_TimedOut)"], notices);
        Assert.Equal(["slot 3 has committed nothing for 5 s: Kafka says: Local: Timed out (Local_TimedOut)."], warnings);
        Assert.Equal([("Local_State", 2L), ("Local_TimedOut", 1L)], job.Failures.Of(FailedThing.Commit).Order());
    }

    [Fact]
    public void Nothing_is_said_of_commits_that_land_in_time()
    {
        for (var now = 0; now < 60_000; now += 4_900)
        {
            watch.Begin(now);
            watch.Look(now + 4_800, opening: false);
            watch.Ended(now + 4_800);
        }

        Assert.Empty(all);
    }

    [Fact]
    public void A_slot_that_takes_long_to_open_is_told_of_only_if_the_cluster_shows_a_reason()
    {
        watch.Begin(0);
        watch.Look(6_000, opening: true);
        Assert.Empty(all);
        Assert.Null(watch.Delay);

        cluster.Why = "the broker is away";
        watch.Look(12_000, opening: true);
        Assert.Equal(["slot 3 is still being opened after 12 s: the broker is away."], warnings);
        Assert.Equal("the broker is away", watch.Delay!.Reason);
    }

    public void Dispose() => job.Dispose();

    private void Add(List<string> to, string line)
    {
        to.Add(line);
        all.Add(line);
    }

    private sealed class Immediately : IWorker
    {
        public void Post(Func<ValueTask> work) => work().AsTask().GetAwaiter().GetResult();

        public ValueTask Pause(int ms, CancellationToken giveUp) => ValueTask.CompletedTask;

        public async ValueTask<(bool InTime, T Result)> Within<T>(Func<ValueTask<T>> call, int ms, CancellationToken giveUp) => (true, await call());

        public void Dispose()
        {
        }
    }

    private sealed class NoBlobs : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content) => throw new NotSupportedException();

        public ValueTask<Stream?> Open(string name) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<string>> List(string prefix) => throw new NotSupportedException();

        public ValueTask Delete(string name) => throw new NotSupportedException();
    }

    private sealed class FakeCluster : IJobCluster
    {
        public string? Why { get; set; }

        public ValueTask<string?> DiagnoseCommit(int slot) => new(slot == 3 ? Why : "another slot");

        public int? PartitionCount(string topic) => 1;

        public void EnsureTopics(IReadOnlyList<TopicNeed> topics) => throw new NotSupportedException();

        public IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions) => throw new NotSupportedException();

        public ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp) => throw new NotSupportedException();

        public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp) => new(TopicIdentities.Unknown);

        public IReadOnlyList<string> CheckTopics() => [];

        public ILaneConsumer OpenConsumer() => throw new NotSupportedException();

        public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => throw new NotSupportedException();

        public Action<string> Notice
        {
            set
            {
            }
        }

        public ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp) => throw new NotSupportedException();
    }
}
