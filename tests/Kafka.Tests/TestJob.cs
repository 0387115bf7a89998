using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Onnx;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Specs;
using StreamGrains.Storage;

namespace StreamGrains.Kafka.Tests;

/// <summary>A job of a test: compiled, with a data directory of its own, to be run as often as the test wants.</summary>
internal sealed class TestJob : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("streamgrains-test-").FullName;
    private readonly OnnxModelCatalog models = new();
    private readonly KafkaSettings settings;

    public TestJob(string bootstrap, string spec, string directory, params string[] overrides)
    {
        settings = new KafkaSettings(bootstrap);
        var result = JobCompiler.Compile(spec, "job.yaml", overrides, models, directory);
        Assert.True(result.Plan is not null, string.Join('\n', result.Errors));
        Plan = result.Plan!;
    }

    public JobPlan Plan { get; private set; }

    public string DataDirectory => data;

    public List<string> Notices { get; } = [];

    /// <summary>Lets unread records of these partitions be gone from now on.</summary>
    public void Accept(params TopicPartition[] losses) => Plan = Plan with { AcceptedLosses = losses.ToHashSet() };

    /// <summary>Runs to the end of input, or until <paramref name="stop"/>.</summary>
    public JobRun RunToEnd(int lanes = 2, Func<IJobCluster, IJobCluster>? wrap = null, Func<JobOptions, JobOptions>? options = null, CancellationToken stop = default)
    {
        using var cluster = OpenCluster();
        var usual = new JobOptions
        {
            Lanes = lanes,
            UntilEnd = true,
            Notice = Note,
        };
        var run = new JobRun(Plan, wrap is null ? cluster : wrap(cluster), new DirectoryBlobStore(data), models, options is null ? usual : options(usual));
        run.Run(stop);
        return run;
    }

    /// <summary>Runs on a thread of its own until <paramref name="done"/> says so of its status, then stops it cleanly. Fails after a minute.</summary>
    public void RunUntil(Func<JobRun, bool> done, Func<JobOptions, JobOptions>? options = null)
    {
        var (came, failure, status) = RunOnThread(done, options);
        Assert.Null(failure);
        Assert.True(came, $"it did not come; the status was {status}");
    }

    /// <summary>Runs until <paramref name="begun"/> says so of its status, does something to it, and returns what it fails with then. Fails when it does not within a minute.</summary>
    public Exception RunToFailure(Func<JobRun, bool> begun, Action then)
    {
        var done = false;
        var (_, failure, status) = RunOnThread(run =>
        {
            if (done || !begun(run)) return false;
            done = true;
            then();
            return false;
        });
        Assert.True(failure is not null, $"it goes on; the status was {status}");
        return failure!;
    }

    private (bool Came, Exception? Failure, string Status) RunOnThread(Func<JobRun, bool> done, Func<JobOptions, JobOptions>? options = null)
    {
        using var cluster = OpenCluster();
        using var stop = new CancellationTokenSource();
        var usual = new JobOptions { Notice = Note };
        var run = new JobRun(Plan, cluster, new DirectoryBlobStore(data), models, options is null ? usual : options(usual));
        Exception? failure = null;
        var thread = new Thread(() => failure = Record.Exception(() => run.Run(stop.Token)));
        thread.Start();
        var came = Eventually.Holds(() => done(run) || !thread.IsAlive, TimeSpan.FromMinutes(1));
        stop.Cancel();
        thread.Join();
        return (came, failure, string.Join('\n', run.Status));
    }

    private void Note(string notice)
    {
        lock (Notices) Notices.Add(notice);
    }

    /// <summary>Offsets that the job's group has committed, summed over a topic's partitions.</summary>
    public long CommittedOffsets(string topic, int partitions)
    {
        using var cluster = OpenCluster();
        using var log = cluster.OpenSlotLog(0, CancellationToken.None);
        return log.CommittedOffsets([.. Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p))]).AsTask().GetAwaiter().GetResult().Values.Sum();
    }

    /// <summary>Runs on a thread of its own as one of the job's members, until that is disposed.</summary>
    public Member Join() => new(this);

    public void Dispose()
    {
        models.Dispose();
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    /// <summary>One process' part of a job that is shared.</summary>
    internal sealed class Member : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly KafkaJobCluster cluster;
        private readonly Thread thread;
        private Exception? failure;

        public Member(TestJob job)
        {
            cluster = job.OpenCluster();
            Run = new JobRun(job.Plan, cluster, new DirectoryBlobStore(job.data), job.models, new JobOptions { Lanes = 2, Members = new KafkaSlotMembership(job.Plan, job.settings) });
            thread = new Thread(() => failure = Record.Exception(() => Run.Run(stop.Token)));
            thread.Start();
        }

        public JobRun Run { get; }

        /// <summary>Slots that it runs now.</summary>
        public IEnumerable<int> Slots => Run.Status.Select(s => s.Slot).Distinct();

        public void Dispose()
        {
            stop.Cancel();
            thread.Join();
            cluster.Dispose();
            stop.Dispose();
            Assert.Null(failure);
        }
    }

    /// <summary>The cluster, with the topics that the job needs.</summary>
    private KafkaJobCluster OpenCluster()
    {
        var cluster = new KafkaJobCluster(Plan, settings);
        var partitions = cluster.PartitionCount(Plan.Stages[0].Input.Topic)!.Value;
        cluster.EnsureTopics([.. TopicNeeds.Internal(Plan, partitions, JobRun.DefaultSlots(Plan, partitions)), .. TopicNeeds.Outputs(Plan, partitions)]);
        return cluster;
    }
}
