using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Commit;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Knows of a slot whose commits do not get through, or that cannot be opened, since when and why, and tells a person: clients repeat in silence what brokers refuse for the moment. Owner:
/// the slot's host, on its lane; the cluster is asked on the job's watcher, and troubles come from the slot's worker.
/// </summary>
internal sealed class CommitWatch(JobRuntime job, int slot)
{
    /// <summary>Milliseconds that the cluster may take to answer: longer than its own limits.</summary>
    private const int QuestionMs = 30_000;

    private long since, nextAt;
    private bool told;
    private volatile Wait current = new(default);

    /// <summary>What was begun last and takes longer than it should; null while it does not. It has ended when the slot is open and commits nothing.</summary>
    public SlotDelay? Delay => current is { Late: true } wait ? new SlotDelay(wait.Since, TroubleWords.Of(wait.Shown, wait.Said)) : null;

    /// <summary>Something was begun that should not take long.</summary>
    public void Begin(long now)
    {
        (since, nextAt) = (now, now + CommitPolicy.SilenceMs);
        current = new Wait(job.UtcNow);
    }

    /// <summary>An attempt to commit did not land. Any thread.</summary>
    public void Troubled(string reason)
    {
        var wait = current;
        wait.Said = TroubleWords.Better(wait.Said, reason);
        job.Failures.Add(FailedThing.Commit, TroubleWords.CodeOf(reason));
        // What follows from another trouble says nothing by itself; the watch tells it where there is nothing else.
        if (!TroubleWords.IsVague(reason)) job.Notice(reason);
    }

    /// <summary>It has not ended yet.</summary>
    /// <param name="now">The job's time.</param>
    /// <param name="opening">Whether the slot is being opened: that may take long for good reasons, and only bad ones are told.</param>
    public void Look(long now, bool opening)
    {
        if (now < nextAt) return;
        var silent = now - since;
        nextAt = now + silent;
        told = !opening;
        var wait = current;
        wait.Late |= !opening;
        job.Watcher.Post(async () =>
        {
            if (job.GiveUp.IsCancellationRequested) return;
            var (answered, shown) = await job.Watcher.Within(() => job.Cluster.DiagnoseCommit(slot), QuestionMs, CancellationToken.None);
            wait.Shown = answered ? shown : "the cluster does not even say what keeps them from landing";
            if (opening && wait.Shown is null) return;
            wait.Late = true;
            job.Warn($"slot {slot} {(opening ? "is still being opened after" : "has committed nothing for")} {Seconds(silent)} s: {TroubleWords.Of(wait.Shown, wait.Said)}.");
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

    /// <summary>One commit, or opening, that is waited for. Any thread.</summary>
    private sealed class Wait(DateTimeOffset since)
    {
        private volatile string? shown, said;
        private volatile bool late;

        public DateTimeOffset Since => since;

        public string? Shown { get => shown; set => shown = value; }

        public string? Said { get => said; set => said = value; }

        public bool Late { get => late; set => late = value; }
    }
}
