using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Jobs;

/// <summary>What the lanes of one running job share. Any thread, unless a member says otherwise.</summary>
public sealed class JobRuntime : IDisposable
{
    private readonly JobOptions options;
    private readonly IBlobStore blobs;
    private readonly ProcessorSetup setup;
    private readonly int slots;
    private readonly CancellationTokenSource giveUp = new();
    private Exception? failure;

    public JobRuntime(JobPlan plan, IJobCluster cluster, IBlobStore blobs, ProcessorSetup setup, int slots, JobOptions options)
    {
        Plan = plan;
        Cluster = cluster;
        cluster.Notice = Notice;
        this.setup = setup;
        this.slots = slots;
        this.options = options;
        Watcher = options.Workers("watcher");
        this.blobs = new BoundedBlobs(blobs, Watcher, GiveUp);
        Board = new AlignmentBoard(setup.InputPartitions[0], plan.AlignmentMs);
        if (Shared)
            for (var p = 0; p < setup.InputPartitions[0]; p++) Board.Part(p);
        Snapshots = new SnapshotKeeper(this.blobs, plan.Name, options.Workers("snapshots"), Warn, GiveUp) { Failures = options.Failures };
        Housekeeper = new Housekeeper(this.blobs, options.Workers("housekeeper"), Notice, GiveUp);
        Topics = new TopicWatch(this);
        if (options.UntilEnd) End = new EndOfInput(this, [.. plan.Stages.Select(s => s.Input.Topic)], setup.InputPartitions);
    }

    public JobPlan Plan { get; }

    public IJobCluster Cluster { get; }

    public AlignmentBoard Board { get; }

    public SnapshotKeeper Snapshots { get; }

    public Housekeeper Housekeeper { get; }

    /// <summary>Asks the cluster what is the matter, which may take a while.</summary>
    public IWorker Watcher { get; }

    /// <summary>Whether the job's topics are still what they were.</summary>
    public TopicWatch Topics { get; }

    /// <summary>Other processes may run slots of the job: what fails here may go on there.</summary>
    public bool Shared => options.Members is not null;

    /// <summary>Set when the run ends at the end of input.</summary>
    public EndOfInput? End { get; }

    /// <summary>Milliseconds of a steady clock.</summary>
    public long Now => options.Time.GetTimestamp() / (options.Time.TimestampFrequency / 1000);

    /// <summary>Milliseconds after which a slot that has committed nothing writes the group's offsets again.</summary>
    public long OffsetRefreshMs => (long)options.OffsetRefresh.TotalMilliseconds;

    /// <summary>The time of day, for people; nothing is decided by it.</summary>
    public DateTimeOffset UtcNow => options.Time.GetUtcNow();

    /// <summary>Cancelled when waiting for Kafka must end.</summary>
    public CancellationToken GiveUp => giveUp.Token;

    /// <summary>Whether something ended the job.</summary>
    public bool Failed => Volatile.Read(ref failure) is not null;

    /// <summary>The first failure.</summary>
    public Exception? Failure => Volatile.Read(ref failure);

    /// <summary>Ends the job for this reason, unless one came before.</summary>
    public void Fail(Exception reason)
    {
        Interlocked.CompareExchange(ref failure, reason, null);
        giveUp.Cancel();
    }

    /// <summary>Does on the watcher what the run cannot go on without: what it throws ends the job.</summary>
    public void MustDo(Func<ValueTask> work) => Watcher.Post(async () =>
    {
        try
        {
            await work();
        }
        catch (Exception thrown)
        {
            Fail(thrown);
        }
    });

    /// <summary>Waits for Kafka no longer than this from now on.</summary>
    public void GiveUpAfter(TimeSpan grace) => giveUp.CancelAfter(grace);

    /// <summary>Tells a person something that needs no action of the program.</summary>
    public void Notice(string message) => options.Notice(message);

    /// <summary>Tells a person that something does not get on.</summary>
    public void Warn(string message) => (options.Warning ?? options.Notice)(message);

    /// <summary>Bound of what waits in memory.</summary>
    public BufferBudget Buffers => options.Buffers;

    /// <summary>Counts what failed and is tried again.</summary>
    public FailureCounts Failures => options.Failures;

    public IWorker NewWorker(string name) => options.Workers(name);

    /// <summary>Id of a new activation.</summary>
    public Guid NewOwner() => options.NewOwner();

    public SlotRecovery Recovery(ISlotLog log, Action<RecoveryStep> reached) => new(Plan, setup, slots, log, blobs, Notice, reached);

    public void Dispose()
    {
        // Snapshots that matter are written: slots wait for theirs before they leave. The source is not disposed, because work that was left may look at it yet.
        giveUp.Cancel();
        Snapshots.Dispose();
        Housekeeper.Dispose();
        Watcher.Dispose();
    }
}
