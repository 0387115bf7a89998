using System.Globalization;
using StreamGrains.Engine.Commit;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>Measures one recovery, step by step. Owner: the slot's worker, then its lane.</summary>
internal sealed class RecoveryClock(JobRuntime job)
{
    private readonly long start = job.Now;
    private readonly long[] reached = new long[Enum.GetValues<RecoveryStep>().Length];

    public void Reached(RecoveryStep step) => reached[(int)step] = job.Now;

    /// <summary>Where the time went, once replay is done.</summary>
    public string Summary(int slot, RecoveryWork work)
    {
        var live = job.Now;
        var loaded = Seconds(At(RecoveryStep.JournalRead), At(RecoveryStep.Loaded));
        var state = work.Warm ? "state from its warm copy" : string.Create(CultureInfo.InvariantCulture, $"snapshots {loaded} ({work.SnapshotBytes / 1e6:0.0} MB)");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"slot {slot} goes on after {Seconds(start, live)} s: fence {Seconds(start, At(RecoveryStep.Fenced))}, journal {Seconds(At(RecoveryStep.Fenced), At(RecoveryStep.JournalRead))}, "
            + $"{state}, replay {Seconds(At(RecoveryStep.Loaded), live)} ({work.ReplayOffsets} offsets)");
    }

    private long At(RecoveryStep step) => reached[(int)step];

    private static string Seconds(long from, long to) => ((to - from) / 1000.0).ToString("0.00", CultureInfo.InvariantCulture);
}
