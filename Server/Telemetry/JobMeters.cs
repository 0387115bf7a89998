using System.Diagnostics.Metrics;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Server.Telemetry;

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
        Growing("streamgrains.commits", "Commits that landed", r => r.Slots.Where(s => s.Commits > 0).Select(s => ((object)s.Slot, s.Commits)), fromZero: false);
        Gauge("streamgrains.lag.records", "Source records that are there and not taken yet", p => p.Stage == 0 ? p.Lag : null);
        Gauge("streamgrains.held.back.offsets", "Source offsets behind an open transaction of whoever writes the topic", p => p.Stage == 0 ? p.HeldBack?.Offsets ?? 0 : null);
        ByStage("streamgrains.state.bytes", "Bytes of state", p => p.StateBytes);
        ByStage("streamgrains.state.keys", "Keys with state", p => p.Keys);
        meter.CreateObservableGauge("streamgrains.watermark.seconds", Watermarks, description: "Smallest watermark of the last stage, seconds since 1970");
        BySlot("streamgrains.commit.age.seconds", "Seconds since the last commit that landed here", s => s.LastCommit);
        BySlot("streamgrains.snapshot.age.seconds", "Seconds since the last snapshot that became durable here", s => s.LastSnapshot);
        meter.CreateObservableGauge("streamgrains.snapshots.overdue", Overdue, description: "Slots that have state without a snapshot for longer than three times the time between two");
        Failed("streamgrains.commit.failures", "Attempts to commit that did not land, by reason", FailedThing.Commit);
        Failed("streamgrains.snapshot.failures", "Snapshots that could not be written, by reason", FailedThing.Snapshot);
        meter.CreateObservableGauge("streamgrains.slots", Slots, description: "Slots that are here, by phase");
        meter.CreateObservableGauge("streamgrains.buffers.bytes", () => host.Buffers.Used, description: "Bytes of memory for records that wait to be taken and results that wait to be committed, of all jobs here");
        meter.CreateObservableGauge("streamgrains.buffers.limit.bytes", () => host.Buffers.Bytes, description: "Their bound; above it jobs are slower");
    }

    public void Dispose() => meter.Dispose();

    private void Count(string name, string description, Func<PartitionStatus, long?> value) =>
        Growing(name, description, r => r.Here.Select(p => ((object)(p.Stage, p.Partition), value(p) ?? 0)), fromZero: true);

    /// <summary>A counter of this process: it grows as long as the process lives, also when slots leave it.</summary>
    private void Growing(string name, string description, Func<JobReport, IEnumerable<(object Part, long Count)>> counts, bool fromZero)
    {
        var totals = new GrowingTotals();
        meter.CreateObservableCounter(
            name, () => totals.Add(Jobs().SelectMany(j => counts(j.Report).Select(c => (j.Job, c.Part, c.Count))), fromZero).Select(t => Of(t.Key, t.Value)), description: description);
    }

    private void Gauge(string name, string description, Func<PartitionStatus, long?> value) => meter.CreateObservableGauge(
        name, () => Jobs().Where(j => j.Report.Partitions.Any(p => value(p) is not null)).Select(j => Of(j.Job, j.Report.Partitions.Sum(value) ?? 0)), description: description);

    private void ByStage(string name, string description, Func<PartitionStatus, long> value) => meter.CreateObservableGauge(
        name,
        () => Jobs().SelectMany(j => j.Report.Partitions.GroupBy(p => p.StageName).Select(stage => new Measurement<long>(stage.Sum(value), new("job", j.Job), new("stage", stage.Key)))),
        description: description);

    private void BySlot(string name, string description, Func<SlotStatus, DateTimeOffset?> last) => meter.CreateObservableGauge(
        name,
        () => Jobs().SelectMany(j => j.Report.Slots.Where(s => last(s) is not null)
            .Select(s => new Measurement<double>(Math.Max(0, (host.Time.GetUtcNow() - last(s)!.Value).TotalSeconds), new("job", j.Job), new("slot", s.Slot)))),
        description: description);

    private void Failed(string name, string description, FailedThing what) => meter.CreateObservableCounter(
        name,
        () => host.Failures.SelectMany(j => j.Counts.Of(what).Select(c => new Measurement<long>(c.Count, new("job", j.Job), new("reason", c.Reason)))),
        description: description);

    private IEnumerable<Measurement<int>> Overdue() => Jobs().Select(j => new Measurement<int>(j.Report.Slots.Count(s => s.SnapshotOverdue is not null), new KeyValuePair<string, object?>("job", j.Job)));

    private IEnumerable<Measurement<double>> Watermarks() => Jobs()
        .Select(j => (j.Job, Last: j.Report.Partitions.GroupBy(p => p.Stage).MaxBy(g => g.Key)))
        .Where(j => j.Last is not null && j.Last.All(p => p.Watermark is not null))
        .Select(j => new Measurement<double>(j.Last!.Min(p => p.Watermark!.Value.ToUnixTimeMilliseconds()) / 1e3, new KeyValuePair<string, object?>("job", j.Job)));

    private IEnumerable<Measurement<int>> Slots() => Jobs().SelectMany(j =>
        j.Report.Slots.GroupBy(s => s.Phase).Select(phase => new Measurement<int>(phase.Count(), new("job", j.Job), new("phase", phase.Key.ToString().ToLowerInvariant()))));

    private static Measurement<long> Of(string job, long value) => new(value, new KeyValuePair<string, object?>("job", job));

    private IEnumerable<(string Job, JobReport Report)> Jobs() => host.Jobs.Select(name => (name, host.Report(name)));
}
