using System.Globalization;
using StreamGrains.Engine.Commit;
using StreamGrains.Hosting.Jobs;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// Tells a person of a slot whose commits do not get through, or that cannot be opened, and why, as far as the cluster shows it: clients repeat in silence
/// what brokers refuse for the moment. Owner: the slot's host, on its lane; the cluster is asked on the job's watcher.
/// </summary>
internal sealed class CommitWatch(JobRuntime job, int slot)
{
    /// <summary>Milliseconds that the cluster may take to answer: longer than its own limits.</summary>
    private const int QuestionMs = 30_000;

    private long since, nextAt;
    private bool told;

    /// <summary>Something was begun that should not take long.</summary>
    public void Begin(long now) => (since, nextAt) = (now, now + CommitPolicy.SilenceMs);

    /// <summary>It has not ended yet.</summary>
    /// <param name="now">The job's time.</param>
    /// <param name="opening">Whether the slot is being opened: that may take long for good reasons, and only bad ones are told.</param>
    public void Look(long now, bool opening)
    {
        if (now < nextAt) return;
        var silent = now - since;
        nextAt = now + silent;
        told = !opening;
        job.Watcher.Post(async () =>
        {
            if (job.GiveUp.IsCancellationRequested) return;
            var (answered, why) = await job.Watcher.Within(() => job.Cluster.Hindrance(slot), QuestionMs, CancellationToken.None);
            if (!answered) why = "the cluster does not even say what keeps them from landing";
            var what = opening ? "is still being opened after" : "has committed nothing for";
            if (why is not null || !opening) job.Notice($"slot {slot} {what} {Seconds(silent)} s: {why ?? "the cluster shows no reason; it is tried on"}.");
        });
    }

    /// <summary>It has ended well.</summary>
    public void Ended(long now)
    {
        if (!told) return;
        told = false;
        job.Notice($"slot {slot} commits again, after {Seconds(now - since)} s.");
    }

    private static string Seconds(long ms) => (ms / 1000.0).ToString("0", CultureInfo.InvariantCulture);
}
