using StreamGrains.Cluster.Tests.Support;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cluster.Tests;

/// <summary>Silos as users run them: processes that find each other through Redis, under load, on a real broker.</summary>
[Collection(ClusterCollection.Name)]
public sealed class SiloProcessTests(LazyBroker broker, Xunit.Abstractions.ITestOutputHelper say) : IDisposable
{
    // A hand-over takes under two seconds on a quiet machine; the limit leaves room for a busy one.
    private static readonly TimeSpan FailoverLimit = TimeSpan.FromSeconds(10), HandOverLimit = TimeSpan.FromSeconds(6);

    /// <summary>Keys that give a state of some size, to see how failover depends on it.</summary>
    private static readonly int Ballast = int.TryParse(Environment.GetEnvironmentVariable("STREAMGRAINS_FAILOVER_KEYS"), out var keys) ? keys : 0;

    private readonly string storage = Directory.CreateTempSubdirectory("streamgrains-cluster-").FullName;
    private readonly List<SiloProcess> silos = [];
    private RedisServer? redis;

    [ClusterFact(redis: true)]
    public void Killing_a_silo_under_load_loses_and_doubles_nothing_and_its_partitions_go_on_within_ten_seconds()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4) { Ballast = Ballast };
        var (first, second) = (Start("silo-1"), Start("silo-2"));
        Submit(first, job);
        AwaitOwners(second, job, "silo-1", "silo-2");
        var moved = SlotsOf(second, job, "silo-1");
        Assert.Contains("running on silo-1", second.Dashboard("JobGrain", job.Name), StringComparison.Ordinal);
        Assert.Contains("running on silo-1", second.Dashboard("PartitionGrain", $"{job.Name}/{moved[0]}"), StringComparison.Ordinal);
        job.BeginLoad();
        Await.That(() => job.Holds(second.Status(job.Name)), "every key has state", () => second.Output);
        var size = second.Status(job.Name)!.Totals.StateBytes / 1e6;

        first.Kill();
        // What was committed before the kill has arrived a moment later.
        var killed = DateTime.UtcNow + TimeSpan.FromMilliseconds(500);
        Await.That(() => moved.All(p => job.LastOutput(p) > killed), "the partitions of the killed silo have output again", () => second.Output);
        var took = moved.Max(p => job.LastOutput(p)) - killed + TimeSpan.FromMilliseconds(500);
        say.WriteLine($"say: first output of all moved partitions {took.TotalSeconds:0.0} s after kill -9 ({size:0} MB of state)");
        Assert.True(took < FailoverLimit, $"it took {took}");

        var third = Start("silo-3");
        AwaitOwners(third, job, "silo-2", "silo-3");
        job.EndLoad();
        job.CheckComplete(() => second.Output);
        // Whichever silo is asked, and whichever has the key.
        Await.That(() => Enumerable.Range(0, 20).All(key => second.Find(job.Name, $"{key}") is { Partial: false, States: [{ Watermark: not null } state] } && state.Values["n"] > 0), "keys are found", () => second.Output);
        Assert.Null(second.Find(job.Name, "-1"));
    }

    [ClusterFact(redis: true)]
    public void Partitions_of_a_killed_silo_go_on_where_their_state_is_warm_and_get_a_new_copy()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4) { Standby = 1, Ballast = Ballast };
        var (first, second, third) = (Start("silo-1"), Start("silo-2"), Start("silo-3"));
        Submit(first, job);
        job.BeginLoad();
        Await.That(() => job.Holds(second.Status(job.Name)), "every key has state", () => second.Output);
        AwaitCopies(second, job, "silo-1", "silo-2", "silo-3");
        var before = second.Status(job.Name)!;
        var moved = before.Slots.Where(s => s.Owner == "silo-1").Select(s => s.Slot).ToList();
        var size = before.Totals.StateBytes / 1e6;

        first.Kill();
        var killed = DateTime.UtcNow + TimeSpan.FromMilliseconds(500);
        Await.That(() => moved.All(p => job.LastOutput(p) > killed), "the partitions of the killed silo have output again", () => second.Output);
        var took = moved.Max(p => job.LastOutput(p)) - killed + TimeSpan.FromMilliseconds(500);
        say.WriteLine($"say: first output of all moved partitions {took.TotalSeconds:0.0} s after kill -9, from warm copies ({size:0} MB of state)");

        AwaitCopies(second, job, "silo-2", "silo-3");
        var log = second.Log(job.Name);
        foreach (var slot in moved)
            Assert.True(log.Any(line => line.StartsWith($"slot {slot} goes on after", StringComparison.Ordinal) && line.Contains("state from its warm copy", StringComparison.Ordinal)), $"slot {slot}:\n{string.Join('\n', log)}");
        job.EndLoad();
        job.CheckComplete(() => second.Output);
    }

    [ClusterFact(redis: true)]
    public void A_clean_stop_hands_partitions_over_and_a_job_survives_the_restart_of_all_silos()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4);
        var (first, second) = (Start("silo-1"), Start("silo-2"));
        Submit(first, job);
        AwaitOwners(second, job, "silo-1", "silo-2");
        var moved = SlotsOf(second, job, "silo-1");
        job.BeginLoad();
        Await.That(() => Enumerable.Range(0, 4).All(p => job.LastOutput(p) > default(DateTime)), "every partition has output", () => second.Output);

        job.ForgetSilence();
        first.Stop();
        AwaitOwners(second, job, "silo-2");
        var stopped = DateTime.UtcNow;
        Await.That(() => moved.All(p => job.LastOutput(p) > stopped), "the partitions that were handed over have output", () => second.Output);
        var silence = moved.Max(job.LongestSilence);
        say.WriteLine($"say: a clean stop held up the output of its partitions for {silence.TotalSeconds:0.0} s");
        Assert.True(silence < HandOverLimit, $"it took {silence}");
        second.Stop();
        var third = Start("silo-3");
        AwaitOwners(third, job, "silo-3");
        job.EndLoad();
        job.CheckComplete(() => third.Output);
        var told = first.Lines.Concat(second.Lines).ToList();
        string[] life = [$"job '{job.Name}' is created, revision 1", $"StreamGrains.Jobs.{job.Name}[1] the job runs: revision 1, 4 slots", $"slot {moved[0]} of job '{job.Name}' runs on", $"StreamGrains.Jobs.{job.Name}[1] slot {moved[0]} has left"];
        Assert.All(life, words => Assert.Contains(told, line => line.Contains(words, StringComparison.Ordinal)));
        Assert.Equal(SubmitOutcome.Unchanged, third.Submit(job.Spec).Outcome);
    }

    [ClusterFact(redis: true)]
    public void A_job_gets_other_numbers_of_slots_over_the_api_and_every_event_counts_once()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4);
        var (first, second) = (Start("silo-1"), Start("silo-2"));
        Submit(first, job);
        AwaitOwners(second, job, "silo-1", "silo-2");
        job.BeginLoad();
        foreach (var slots in new[] { 2, 4 })
        {
            first.Post($"/api/v1/jobs/{job.Name}/slots/{slots}");
            AwaitOwners(second, job, slots, "silo-1", "silo-2");
        }
        job.EndLoad();
        job.CheckComplete(() => second.Output);
    }

    [ClusterFact(redis: true)]
    public void A_job_goes_on_under_a_spec_with_more_state_and_every_event_counts_once()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4);
        var (first, second) = (Start("silo-1"), Start("silo-2"));
        Submit(first, job);
        AwaitOwners(second, job, "silo-1", "silo-2");
        job.BeginLoad();
        Await.That(() => Enumerable.Range(0, 4).All(p => job.LastOutput(p) > default(DateTime)), "every partition has output", () => second.Output);

        var answer = second.Submit(job.Spec.Replace("  - rolling:", "  - rolling: { since: count() over 30d }\n  - rolling:", StringComparison.Ordinal));
        Assert.Equal((SubmitOutcome.Upgraded, 2), (answer.Outcome, answer.Revision));
        Assert.Contains("rolling-2 (n): carried over, it was rolling-1", answer.Notes);
        AwaitOwners(first, job, "silo-1", "silo-2");
        job.EndLoad();
        job.CheckComplete(() => second.Output);
    }

    public void Dispose()
    {
        foreach (var silo in silos) silo.Dispose();
        redis?.Dispose();
        Directory.Delete(storage, recursive: true);
    }

    private SiloProcess Start(string name)
    {
        redis ??= new RedisServer();
        var silo = new SiloProcess(name, redis.Connection, broker.Bootstrap, storage);
        silos.Add(silo);
        silo.WaitUntilReady();
        return silo;
    }

    private static void Submit(SiloProcess silo, CountingJob job) => Assert.Equal(SubmitOutcome.Created, silo.Submit(job.Spec).Outcome);

    private static void AwaitOwners(SiloProcess asked, CountingJob job, params string[] names) => AwaitOwners(asked, job, job.Partitions, names);

    /// <summary>Waits until so many slots run on these silos and no others, evenly.</summary>
    private static void AwaitOwners(SiloProcess asked, CountingJob job, int slots, params string[] names) => Await.That(
        () => asked.Status(job.Name) is { Phase: JobPhase.Running } status
            && names.SequenceEqual(status.Slots.Select(s => s.Owner).Distinct().Order())
            && status.Slots.GroupBy(s => s.Owner).All(g => g.Count() == slots / names.Length),
        $"the slots are spread over {string.Join(" and ", names)}", () => asked.Output);

    /// <summary>Waits until every slot runs on one of these silos, and has a warm copy on another of them.</summary>
    private static void AwaitCopies(SiloProcess asked, CountingJob job, params string[] names) => Await.That(
        () => asked.Status(job.Name) is { Phase: JobPhase.Running } status
            && names.SequenceEqual(status.Slots.Select(s => s.Owner).Distinct().Order())
            && status.Slots.All(s => s.Standby is { Behind: < 1000 } copy && names.Contains(copy.Owner) && copy.Owner != s.Owner),
        $"every slot has a warm copy on {string.Join(" or ", names)}", () => string.Join('\n', asked.Log(job.Name)) + asked.Output);

    private static List<int> SlotsOf(SiloProcess asked, CountingJob job, string owner) => [.. asked.Status(job.Name)!.Slots.Where(s => s.Owner == owner).Select(s => s.Slot)];
}
