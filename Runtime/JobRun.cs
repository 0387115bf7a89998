using StreamGrains.Runtime.Jobs;
using System.Diagnostics;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Runtime;

/// <summary>
/// One job running in this process, with all of its slots or with those that the job's members leave to it: lanes are started and slots spread over them. Where the process
/// has all slots, the first failure ends the run.
/// </summary>
public sealed class JobRun
{
    private readonly JobPlan plan;
    private readonly IJobCluster cluster;
    private readonly IBlobStore blobs;
    private readonly IModelCatalog models;
    private readonly JobOptions options;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30), EndLook = TimeSpan.FromMilliseconds(200);

    private readonly List<int> left = [];
    private Lane?[] lanes = [];
    private volatile KeyLookup? lookup;

    /// <summary>A run of <paramref name="plan"/>. Nothing happens before <see cref="Run"/>.</summary>
    public JobRun(JobPlan plan, IJobCluster cluster, IBlobStore blobs, IModelCatalog models, JobOptions options)
    {
        (this.plan, this.cluster, this.blobs, this.models, this.options) = (plan, cluster, blobs, models, options);
    }

    /// <summary>Every processor a moment ago; empty until the first lane is up. Any thread.</summary>
    public IReadOnlyList<ProcessorStatus> Status => [.. lanes.SelectMany(l => l?.Status ?? []).OrderBy(s => s.Id.Stage).ThenBy(s => s.Id.Partition)];

    /// <summary>Every slot that this process has or is to have, a moment ago; empty until the first lane is up. Any thread.</summary>
    public IReadOnlyList<SlotStatus> Slots => [.. lanes.SelectMany(l => l?.Slots ?? []).OrderBy(s => s.Slot)];

    /// <summary>After the run, slots that could not commit what they had taken in the time that a stop may take: it is taken again at the next start. None after a clean stop.</summary>
    public IReadOnlyList<int> Uncommitted => [.. lanes.SelectMany(l => l?.Uncommitted ?? []).Concat(left).Distinct().Order()];

    /// <summary>Every slot whose state is kept warm here, a moment ago. Any thread.</summary>
    public IReadOnlyList<StandbyReport> Standbys => [.. lanes.SelectMany(l => l?.Standbys ?? [])];

    /// <summary>Looks for keys; null until the lanes are up. Any thread.</summary>
    public KeyLookup? Lookup => lookup;

    /// <summary>
    /// Runs until <paramref name="stop"/>, the end of input if so asked, or a failure; blocks. Topics must be there. Throws <see cref="JobFailed"/> or
    /// <see cref="PartitionFenced"/> with a message for people.
    /// </summary>
    public void Run(CancellationToken stop)
    {
        if (options is { UntilEnd: true, Members: not null }) throw new ArgumentException("a run until the end needs all slots in one process");
        var partitions = plan.Stages.Select(s => Partitions(s.Input.Topic)).ToList();
        var slots = Partitions(plan.JournalTopic);
        if (plan.Slots is { } wanted && wanted != slots)
            throw new JobFailed($"the journal '{plan.JournalTopic}' was made for {slots} slots and the spec says {wanted}: set slots: {slots}, or reset the job");
        foreach (var doubt in cluster.CheckTopics()) options.Notice($"{doubt}.");
        using var runtime = new JobRuntime(plan, cluster, blobs, new ProcessorSetup(partitions, OpenScorer), slots, options);
        using var stopping = stop.Register(() => runtime.GiveUpAfter(options.StopGrace));

        var count = Math.Max(1, Math.Min(options.Lanes, slots));
        // Lanes outlast the membership: what it takes back is committed first.
        using var stopLanes = options.Members is null ? CancellationTokenSource.CreateLinkedTokenSource(stop) : new CancellationTokenSource();
        lanes = new Lane?[count];
        var threads = Enumerable.Range(0, count).Select(lane => new Thread(() => Drive(runtime, lane, stopLanes.Token)) { Name = $"lane-{lane}", IsBackground = true }).ToList();
        try
        {
            for (var lane = 0; lane < count; lane++) lanes[lane] = new Lane(runtime);
            lookup = new KeyLookup(plan, partitions, slots, slot => LaneOf(slot).Questions, options.Time);
            if (options.Members is null)
                for (var slot = 0; slot < slots; slot++) LaneOf(slot).Take(slot);
            foreach (var thread in threads) thread.Start();
            if (options.Members is not null)
            {
                TakePart(options.Members, runtime, stop);
                stopLanes.Cancel();
            }
            AwaitEnd(threads, runtime, slots);
        }
        finally
        {
            // A lane whose thread is still in a call keeps what it uses.
            for (var lane = 0; lane < count; lane++)
                if (!threads[lane].IsAlive) lanes[lane]?.Dispose();
        }
        if (runtime.Failure is { } failure and not OperationCanceledException) throw Surface(failure);
        if (runtime.End is { AllEnded: true } end) TellWhatWasHeldBack(end, partitions[0]);
    }

    /// <summary>Number of slots of a job that starts for the first time: what the spec says, else the partitions of its source, at most 8.</summary>
    public static int DefaultSlots(JobPlan plan, int sourcePartitions) => plan.Slots ?? Math.Min(8, sourcePartitions);

    private Lane LaneOf(int slot) => lanes[slot % lanes.Length]!;

    /// <summary>Waits for the lanes, and once waiting must end only so long as a lane that is not stuck needs.</summary>
    private void AwaitEnd(List<Thread> threads, JobRuntime runtime, int slots)
    {
        for (var lane = 0; lane < threads.Count; lane++)
        {
            var thread = threads[lane];
            var given = Stopwatch.GetTimestamp();
            while (!thread.Join(EndLook))
            {
                if (!runtime.GiveUp.IsCancellationRequested) given = Stopwatch.GetTimestamp();
                else if (Stopwatch.GetElapsedTime(given) > EndPatience)
                {
                    options.Notice($"{thread.Name} has not ended within {EndPatience.TotalSeconds:0} s, and is left: a call in it does not end.");
                    for (var slot = lane; slot < slots; slot += lanes.Length) left.Add(slot);
                    break;
                }
            }
        }
    }

    private void Drive(JobRuntime runtime, int lane, CancellationToken stop)
    {
        try
        {
            lanes[lane]!.Run(stop);
        }
        catch (Exception failure)
        {
            runtime.Fail(failure);
        }
    }

    /// <summary>Runs the slots that the members of the job agree on, until stopped or failed.</summary>
    private void TakePart(ISlotMembership members, JobRuntime runtime, CancellationToken stop)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(stop, runtime.GiveUp);
        try
        {
            members.Run(new Orders(this, runtime), until.Token);
        }
        catch (Exception failure)
        {
            runtime.Fail(failure);
        }
    }

    /// <summary>A run until the end stops before what an open transaction keeps back: that is right, and no end that somebody would expect.</summary>
    private void TellWhatWasHeldBack(EndOfInput end, int count)
    {
        var sources = Enumerable.Range(0, count).Select(p => new TopicPartition(plan.Stages[0].Input.Topic, p)).ToList();
        try
        {
            foreach (var (slice, range) in SourceEnds.Ask(cluster, sources).Where(r => r.Value.HeldBack > 0 && end.EndOf(r.Key) == r.Value.Next))
                options.Notice($"{range.HeldBack} offsets of {slice} lie behind a transaction that is still open, and were not taken: run the job again when it has ended");
        }
        catch (Exception failure) when (failure is JobFailed or IOException)
        {
            options.Notice($"it is not known whether open transactions keep records back: {failure.Message}");
        }
    }

    private IScorer OpenScorer(string model, int features, IReadOnlyList<string> outputs) => models.Open(model).CreateScorer(features, outputs);

    private int Partitions(string topic) => cluster.PartitionCount(topic)
        ?? throw new JobFailed($"topic '{topic}' does not exist: create it with `streamgrains topics JOB.yaml --bootstrap HOST:PORT --create`");

    private static Exception Surface(Exception failure) => failure switch
    {
        JobFailed or PartitionFenced or ModelRefused => failure,
        OutOfMemoryException => new JobFailed("the process has no memory left. What is committed is not harmed: give it more, or bound what waits in it (--buffers, StreamGrains:Buffers), or fewer lanes, or spread its slots over more processes, and start it again.", failure),
        _ => new JobFailed($"{failure.GetType().Name}: {failure.Message.TrimEnd('.')}. This is a bug; what is committed is not harmed, and the job can be started again.", failure),
    };

    /// <summary>Passes on what the membership wants to the lanes.</summary>
    private sealed class Orders(JobRun run, JobRuntime runtime) : ISlotOrders
    {
        public void Take(int slot) => run.LaneOf(slot).Take(slot);

        public void Follow(int slot) => run.LaneOf(slot).Follow(slot);

        public void Release(IReadOnlyCollection<int> slots)
        {
            var left = slots.Select(slot =>
            {
                var released = new TaskCompletionSource();
                run.LaneOf(slot).Release(slot, released.SetResult);
                return released.Task;
            });
            Task.WhenAny(Task.WhenAll(left), Task.Delay(run.options.StopGrace, runtime.GiveUp)).Wait(CancellationToken.None);
        }

        public void Lose(IReadOnlyCollection<int> slots)
        {
            foreach (var slot in slots) run.LaneOf(slot).Release(slot, () => { });
        }
    }
}
