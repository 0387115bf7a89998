using StreamGrains.Engine;

namespace StreamGrains.Kafka.Tests;

/// <summary>Crashes, doubts and second owners on a real broker: the committed output is the same as without.</summary>
[Collection(MuchInputCollection.Name)]
public sealed class RecoveryTests(TestBroker broker)
{
    private const int Rows = 150_000;

    [SharedDataFact(Transactions.File)]
    public void Crashes_and_lost_replies_at_any_commit_leave_every_record_once_with_the_same_values()
    {
        var records = Transactions.Records(Rows).ToList();
        using var undisturbed = new FraudWorld(broker.Bootstrap, 4);
        undisturbed.Load(records);
        using (var job = undisturbed.Job()) job.RunToEnd();
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(records);
        using var faulty = world.Job("commit.every=50ms commit.records=2000 snapshot.every=200ms");

        var random = new Random(20260401);
        var crashes = 0;
        while (!Survives()) crashes++;

        Assert.Equal(undisturbed.ReadScored(), world.ReadScored());
        Assert.Equal(20, crashes);

        bool Survives()
        {
            try
            {
                faulty.RunToEnd(wrap: inner => new FaultyCluster(inner, Next));
                return true;
            }
            catch (JobFailed failure) when (failure.InnerException is SimulatedCrash)
            {
                return false;
            }
        }

        CommitFault Next()
        {
            lock (random)
            {
                // Half of the commits crash until there were twenty crashes: then the job must have come through all of them.
                return random.Next(20) switch
                {
                    < 5 when crashes < 20 => CommitFault.CrashBefore,
                    < 10 when crashes < 20 => CommitFault.CrashAfter,
                    10 => CommitFault.ReplyLost,
                    11 => CommitFault.NothingSent,
                    _ => CommitFault.None,
                };
            }
        }
    }

    [SharedDataFact(Transactions.File)]
    public void A_second_owner_shuts_out_the_first_and_nothing_is_lost_or_doubled()
    {
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(Transactions.Records(Rows));
        using var first = world.Job("commit.records=2000");
        using var second = world.Job("commit.records=2000");
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var commits = 0;
        Exception? ending = null;
        var zombie = new Thread(() => ending = Record.Exception(() => first.RunToEnd(wrap: inner => new FaultyCluster(inner, Hold))));

        zombie.Start();
        Assert.True(begun.Wait(TimeSpan.FromMinutes(1)));
        second.RunToEnd();
        go.Set();
        Assert.True(zombie.Join(TimeSpan.FromMinutes(1)));

        Assert.IsType<PartitionFenced>(ending);
        Assert.Equal(Rows, world.ReadScored().Count);

        // The first owner stands still in the middle, as a paused process does, and goes on when the second is done.
        CommitFault Hold()
        {
            if (Interlocked.Increment(ref commits) < 12) return CommitFault.None;
            begun.Set();
            go.Wait(TimeSpan.FromMinutes(2));
            return CommitFault.None;
        }
    }

    [SharedDataFact(Transactions.File)]
    public void At_least_once_loses_nothing_in_crashes_and_repeats_only_equal_results()
    {
        var records = Transactions.Records(Rows).ToList();
        using var once = new FraudWorld(broker.Bootstrap, 4);
        once.Load(records);
        using (var job = once.Job(sample: "hourly.yaml")) job.RunToEnd();
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(records);
        using var faulty = world.Job("guarantee=at-least-once commit.every=50ms commit.records=2000 snapshot.every=200ms", "hourly.yaml");
        var random = new Random(7);
        var crashes = 0;

        while (Record.Exception(() => faulty.RunToEnd(wrap: inner => new FaultyCluster(inner, Next))) is { } failure)
        {
            Assert.IsType<SimulatedCrash>(Assert.IsType<JobFailed>(failure).InnerException);
            crashes++;
        }

        Assert.True(crashes >= 5, $"only {crashes} crashes");
        Assert.Equal(Windows(once), Windows(world));

        static List<string> Windows(FraudWorld of) => [.. of.ReadHourly().Select(w => w.GetRawText()).Distinct().Order(StringComparer.Ordinal)];

        CommitFault Next()
        {
            lock (random) return crashes >= 10 ? CommitFault.None : random.Next(10) switch { 0 => CommitFault.CrashBefore, 1 => CommitFault.CrashAfter, _ => CommitFault.None };
        }
    }

    [SharedDataFact(Transactions.File)]
    public void A_torn_newest_snapshot_falls_back_to_the_one_before()
    {
        var records = Transactions.Records(Rows).ToList();
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(records.Take(Rows / 2));
        using var job = world.Job("snapshot.every=100ms");
        job.RunToEnd();
        var newest = NewestSnapshots(job);
        Assert.Equal(8, newest.Count);
        foreach (var snapshot in newest) File.WriteAllBytes(snapshot, File.ReadAllBytes(snapshot)[..^100]);
        world.Load(records.Skip(Rows / 2));

        job.RunToEnd();

        Assert.Contains(job.Notices, n => n.StartsWith("slot 0 goes on after", StringComparison.Ordinal) && n.Contains(" MB), replay ", StringComparison.Ordinal));
        Assert.Equal(8, job.Notices.Count(n => n.Contains("does not match its checksum: passed over", StringComparison.Ordinal)));
        using var whole = new FraudWorld(broker.Bootstrap, 4);
        whole.Load(records);
        using (var once = whole.Job()) once.RunToEnd();
        Assert.Equal(whole.ReadScored(), world.ReadScored());
    }

    [SharedDataFact(Transactions.File)]
    public void Without_any_snapshot_a_job_whose_internal_topics_were_cut_says_what_is_gone()
    {
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(Transactions.Records(Rows / 2));
        using var job = world.Job("snapshot.every=100ms");
        job.RunToEnd();
        Directory.Delete(job.DataDirectory, recursive: true);

        var failure = Assert.Throws<JobFailed>(() => job.RunToEnd());

        Assert.Matches(@"offsets 0 to [0-9]+ of card-fraud.*by-terminal_id.* are needed to recover and are gone|commits 1 to [0-9]+ are gone from card-fraud.*\.journal\[[0-3]\], and processor .* is to go on from commit 0", failure.Message);
    }

    [SharedDataFact(Transactions.File)]
    public void Without_any_snapshot_a_young_job_replays_from_the_beginning()
    {
        var records = Transactions.Records(Rows).ToList();
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(records.Take(Rows / 2));
        using var job = world.Job("snapshot.every=1h");
        job.RunToEnd();
        world.Load(records.Skip(Rows / 2));

        job.RunToEnd();

        using var whole = new FraudWorld(broker.Bootstrap, 4);
        whole.Load(records);
        using (var once = whole.Job()) once.RunToEnd();
        Assert.Equal(whole.ReadScored(), world.ReadScored());
    }

    private static List<string> NewestSnapshots(TestJob job) =>
        [.. Directory.GetFiles(job.DataDirectory, "*", SearchOption.AllDirectories).GroupBy(f => Path.GetDirectoryName(f)).Select(g => g.Order(StringComparer.Ordinal).Last())];
}
