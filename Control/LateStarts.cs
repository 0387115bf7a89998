using StreamGrains.Contracts.Control;

namespace StreamGrains.Control;

/// <summary>
/// Jobs that are wanted and did not start for a reason that may pass. Each is tried again after a pause that doubles from one second to thirty, until it is forgotten. Any thread; trying
/// again is the owner's, which forgets a job that has started or is not wanted any more.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="tryAgain">Tries to start a job; called on a thread of the clock.</param>
internal sealed class LateStarts(TimeProvider time, Action<string> tryAgain) : IDisposable
{
    private const int LongestSeconds = 30;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Late> jobs = new(StringComparer.Ordinal);
    private bool closed;

    /// <summary>The job did not start. How long it is until it is tried again.</summary>
    public TimeSpan Add(string job, Refusal reason)
    {
        lock (gate)
        {
            var attempts = Drop(job) + 1;
            var pause = TimeSpan.FromSeconds(Math.Min(LongestSeconds, 1 << Math.Min(attempts - 1, 10)));
            var now = time.GetUtcNow();
            var failure = new SlotFailure(now, FailureKind.JobFailed, reason.Message, now + pause);
            if (!closed) jobs[job] = new Late(attempts, reason, failure, time.CreateTimer(_ => tryAgain(job), null, pause, Timeout.InfiniteTimeSpan));
            return pause;
        }
    }

    /// <summary>The job is not tried again.</summary>
    public void Forget(string job)
    {
        lock (gate) Drop(job);
    }

    /// <summary>Why a job has not started, and when it is tried again; null for one that does not wait.</summary>
    public SlotFailure? FailureOf(string job)
    {
        lock (gate) return jobs.GetValueOrDefault(job)?.Failure;
    }

    /// <summary>The same as it is said to who asked for the start.</summary>
    public Refusal? RefusalOf(string job)
    {
        lock (gate) return jobs.GetValueOrDefault(job)?.Reason;
    }

    /// <summary>Nothing is tried again any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            foreach (var job in jobs.Keys.ToList()) Drop(job);
        }
    }

    /// <summary>How often the job was tried.</summary>
    private int Drop(string job)
    {
        if (!jobs.Remove(job, out var late)) return 0;
        late.Timer.Dispose();
        return late.Attempts;
    }

    private sealed record Late(int Attempts, Refusal Reason, SlotFailure Failure, ITimer Timer);
}
