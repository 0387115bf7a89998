using System.Diagnostics;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Cli.Jobs;

/// <summary>Reads a running job's figures. Owner: the thread that shows them.</summary>
internal sealed class RunMeter(JobPlan plan, JobRun run, IJobCluster cluster)
{
    private static readonly TimeSpan LagEvery = TimeSpan.FromSeconds(2);

    private readonly long start = Stopwatch.GetTimestamp();
    private long lastAt, lagAt;
    private long lastIn, lastOut;
    private IReadOnlyDictionary<TopicPartition, OffsetRange> ends = new Dictionary<TopicPartition, OffsetRange>();

    /// <summary>Since the start.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(start);

    /// <summary>The figures now; rates are since the last call.</summary>
    public RunFigures Read(bool askForLag)
    {
        var status = run.Status;
        var now = Stopwatch.GetTimestamp();
        var seconds = Math.Max(1e-3, Stopwatch.GetElapsedTime(lastAt == 0 ? start : lastAt, now).TotalSeconds);
        var taken = status.Where(s => s.Id.Stage == 0).Sum(s => s.Counts.RowsIn);
        var counts = status.Aggregate(default(ProcessorCounts), (sum, s) => sum + s.Counts);
        var last = status.Where(s => s.Id.Stage == plan.Stages.Count - 1).Select(s => s.Watermark).DefaultIfEmpty(long.MinValue).Min();
        var figures = new RunFigures(
            Stopwatch.GetElapsedTime(start, now), taken, Math.Max(0, taken - lastIn) / seconds, counts, Math.Max(0, counts.RowsOut - lastOut) / seconds,
            last, askForLag ? Lag(status) : -1, ends.Values.Sum(e => e.HeldBack), status.Count(s => s.Replaying), Stages(status));
        (lastAt, lastIn, lastOut) = (now, taken, counts.RowsOut);
        return figures;
    }

    private List<StageState> Stages(IReadOnlyList<ProcessorStatus> status) =>
        [.. plan.Stages.Select(stage => new StageState(stage.Name, status.Where(s => s.Id.Stage == stage.Index).Aggregate(default(StateSize), (sum, s) => sum + s.State)))];

    private long Lag(IReadOnlyList<ProcessorStatus> status)
    {
        var sources = status.Where(s => s.Id.Stage == 0).ToList();
        if (sources.Count == 0) return -1;
        if (lagAt == 0 || Stopwatch.GetElapsedTime(lagAt) > LagEvery)
        {
            try
            {
                ends = SourceEnds.Ask(cluster, [.. sources.Select(s => new TopicPartition(s.Topic, s.Id.Partition))]);
            }
            catch (JobFailed)
            {
                // A broker that is away for a moment is the run's business, not the display's.
                ends = new Dictionary<TopicPartition, OffsetRange>();
            }
            lagAt = Stopwatch.GetTimestamp();
        }
        return ends.Count == 0 ? -1 : sources.Sum(s => Math.Max(0, ends.GetValueOrDefault(new TopicPartition(s.Topic, s.Id.Partition)).Next - s.Position));
    }
}
