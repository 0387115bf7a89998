using System.Diagnostics.Metrics;
using StreamGrains.Contracts.Control;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Hosting.Telemetry;

/// <summary>
/// What this process' jobs do, as OpenTelemetry metrics: read when somebody collects, so nothing is counted twice and nothing per record. Sums over several processes give the job's
/// figures. Owner: the process.
/// </summary>
internal sealed class JobMeters : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "StreamGrains";

    private readonly Meter meter = new(Name);
    private readonly JobHost host;

    public JobMeters(JobHost host)
    {
        this.host = host;
        Count("streamgrains.records.in", "Source records taken", p => p.Stage == 0 ? p.RowsIn : null);
        Count("streamgrains.records.out", "Records written to sinks", p => p.RowsOut);
        Count("streamgrains.dead.letters", "Inputs that could not be used", p => p.DeadLetters);
        Count("streamgrains.late.rows", "Rows behind the watermark", p => p.Late);
        meter.CreateObservableCounter("streamgrains.commits", () => Jobs().Select(j => Sum(j, j.Report.Slots.Sum(s => s.Commits))), description: "Commits of the slots that run here, since the job first started");
        Gauge("streamgrains.lag.records", "Source records that are there and not taken yet", p => p.Stage == 0 ? p.Lag : null);
        ByStage("streamgrains.state.bytes", "Bytes of state", p => p.StateBytes);
        ByStage("streamgrains.state.keys", "Keys with state", p => p.Keys);
        meter.CreateObservableGauge("streamgrains.watermark.seconds", Watermarks, description: "Smallest watermark of the last stage, seconds since 1970");
        meter.CreateObservableGauge("streamgrains.slots", Slots, description: "Slots that are here, by phase");
    }

    public void Dispose() => meter.Dispose();

    private void Count(string name, string description, Func<PartitionStatus, long?> value) =>
        meter.CreateObservableCounter(name, () => Jobs().Select(j => Sum(j, j.Report.Partitions.Sum(value) ?? 0)), description: description);

    private void Gauge(string name, string description, Func<PartitionStatus, long?> value) => meter.CreateObservableGauge(
        name, () => Jobs().Where(j => j.Report.Partitions.Any(p => value(p) is not null)).Select(j => Sum(j, j.Report.Partitions.Sum(value) ?? 0)), description: description);

    private void ByStage(string name, string description, Func<PartitionStatus, long> value) => meter.CreateObservableGauge(
        name,
        () => Jobs().SelectMany(j => j.Report.Partitions.GroupBy(p => p.StageName).Select(stage => new Measurement<long>(stage.Sum(value), new("job", j.Job), new("stage", stage.Key)))),
        description: description);

    private IEnumerable<Measurement<double>> Watermarks() => Jobs()
        .Select(j => (j.Job, Last: j.Report.Partitions.GroupBy(p => p.Stage).MaxBy(g => g.Key)))
        .Where(j => j.Last is not null && j.Last.All(p => p.Watermark is not null))
        .Select(j => new Measurement<double>(j.Last!.Min(p => p.Watermark!.Value.ToUnixTimeMilliseconds()) / 1e3, new KeyValuePair<string, object?>("job", j.Job)));

    private IEnumerable<Measurement<int>> Slots() => Jobs().SelectMany(j =>
        j.Report.Slots.GroupBy(s => s.Phase).Select(phase => new Measurement<int>(phase.Count(), new("job", j.Job), new("phase", phase.Key.ToString().ToLowerInvariant()))));

    private static Measurement<long> Sum((string Job, JobReport Report) job, long value) => new(value, new KeyValuePair<string, object?>("job", job.Job));

    private IEnumerable<(string Job, JobReport Report)> Jobs() => host.Jobs.Select(name => (name, host.Report(name)));
}
