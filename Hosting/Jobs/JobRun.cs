using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Hosting.Lanes;

namespace StreamGrains.Hosting.Jobs;

/// <summary>
/// One job running in this process, owning all of its slots: lanes are started, slots spread over them, and the first failure ends the run.
/// </summary>
public sealed class JobRun
{
    private readonly JobPlan plan;
    private readonly IJobCluster cluster;
    private readonly IBlobStore blobs;
    private readonly IModelCatalog models;
    private readonly JobOptions options;
    private Lane?[] lanes = [];

    /// <summary>A run of <paramref name="plan"/>. Nothing happens before <see cref="Run"/>.</summary>
    public JobRun(JobPlan plan, IJobCluster cluster, IBlobStore blobs, IModelCatalog models, JobOptions options)
    {
        (this.plan, this.cluster, this.blobs, this.models, this.options) = (plan, cluster, blobs, models, options);
    }

    /// <summary>Every processor a moment ago; empty until the first lane is up. Any thread.</summary>
    public IReadOnlyList<ProcessorStatus> Status => [.. lanes.SelectMany(l => l?.Status ?? []).OrderBy(s => s.Id.Stage).ThenBy(s => s.Id.Partition)];

    /// <summary>
    /// Runs until <paramref name="stop"/>, the end of input if so asked, or a failure; blocks. Topics must be there. Throws <see cref="JobFailed"/> or
    /// <see cref="PartitionFenced"/> with a message for people.
    /// </summary>
    public void Run(CancellationToken stop)
    {
        var partitions = plan.Stages.Select(s => Partitions(s.Input.Topic)).ToList();
        var slots = Partitions(plan.JournalTopic);
        if (plan.Slots is { } wanted && wanted != slots)
            throw new JobFailed($"the journal '{plan.JournalTopic}' was made for {slots} slots and the spec says {wanted}: set slots: {slots}, or reset the job");
        using var runtime = new JobRuntime(plan, cluster, blobs, new ProcessorSetup(partitions, OpenScorer), slots, options);
        using var stopping = stop.Register(() => runtime.GiveUpAfter(options.StopGrace));

        var count = Math.Max(1, Math.Min(options.Lanes, slots));
        lanes = new Lane?[count];
        var threads = Enumerable.Range(0, count).Select(lane => new Thread(() => Drive(runtime, lane, SlotsOf(lane, count, slots), stop)) { Name = $"lane-{lane}" }).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (runtime.Failure is { } failure and not OperationCanceledException) throw Surface(failure);
    }

    /// <summary>Number of slots of a job that starts for the first time: what the spec says, else the partitions of its source, at most 8.</summary>
    public static int DefaultSlots(JobPlan plan, int sourcePartitions) => plan.Slots ?? Math.Min(8, sourcePartitions);

    private void Drive(JobRuntime runtime, int index, IReadOnlyList<int> slots, CancellationToken stop)
    {
        try
        {
            using var lane = new Lane(runtime, slots);
            lanes[index] = lane;
            lane.Run(stop);
        }
        catch (Exception failure)
        {
            runtime.Fail(failure);
        }
    }

    private IScorer OpenScorer(ScorePlan plan) => models.Open(plan.Model).CreateScorer(plan.Features.Count, plan.OutputNames);

    private int Partitions(string topic) => cluster.PartitionCount(topic)
        ?? throw new JobFailed($"topic '{topic}' does not exist: create it with `streamgrains topics JOB.yaml --bootstrap HOST:PORT --create`");

    private static List<int> SlotsOf(int lane, int lanes, int slots) => [.. Enumerable.Range(0, slots).Where(s => s % lanes == lane)];

    private static Exception Surface(Exception failure) => failure is JobFailed or PartitionFenced or ModelRefused
        ? failure
        : new JobFailed($"{failure.GetType().Name}: {failure.Message}. This is a bug; what is committed is not harmed, and the job can be started again.", failure);
}
