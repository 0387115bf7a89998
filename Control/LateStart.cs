using StreamGrains.Contracts.Control;

namespace StreamGrains.Control;

/// <summary>
/// A job that is wanted and did not start for a reason that may pass. It is tried again after a pause that doubles from one
/// second to thirty.
/// </summary>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why it did not start the last time, as who asked for the start is told.</param>
/// <param name="Pause">From that time to the next.</param>
/// <param name="Failure">The same as its status tells.</param>
internal sealed record LateStart(int Attempts, Refusal Reason, TimeSpan Pause, SlotFailure Failure)
{
    private const int LongestSeconds = 30;

    /// <summary>The job did not start; <paramref name="before"/> is what is known from the time before, null for the first.</summary>
    public static LateStart After(LateStart? before, Refusal reason, DateTimeOffset now)
    {
        var attempts = (before?.Attempts ?? 0) + 1;
        var pause = TimeSpan.FromSeconds(Math.Min(LongestSeconds, 1 << Math.Min(attempts - 1, 10)));
        return new LateStart(attempts, reason, pause, new SlotFailure(now, FailureKind.JobFailed, reason.Message, now + pause));
    }

    /// <summary>Whether it is time to try again.</summary>
    public bool Due(DateTimeOffset now) => Failure.RetryAt <= now;
}
