using StreamGrains.Contracts.Control;

namespace StreamGrains.Runtime.Queries;

/// <summary>One answer from those of the slots that can hold a key. Pure.</summary>
public static class QueryMerge
{
    /// <summary>
    /// A request that no slot can answer is refused. Else what was found counts, and says so when a slot that may hold more of it did not answer. With nothing found, a slot
    /// that is on its way or too busy may be the one that has it: then nobody can say that there is nothing.
    /// </summary>
    public static Answer<QueryAnswer> Of(IReadOnlyCollection<Answer<QueryAnswer>> slots)
    {
        if (slots.FirstOrDefault(s => s.Refusal is { Kind: not RefusalKind.Unavailable }) is { } refused) return refused;
        var unavailable = slots.FirstOrDefault(s => s.Refusal is not null);
        var moving = slots.Any(s => s.Value?.Outcome == QueryOutcome.Moving);
        var states = slots.Where(s => s.Value?.Outcome == QueryOutcome.Found).SelectMany(s => s.Value!.States).OrderBy(s => s.Stage).ThenBy(s => s.Partition).ToList();
        if (states.Count > 0) return new QueryAnswer(QueryOutcome.Found, states) { Partial = moving || unavailable is not null || slots.Any(s => s.Value?.Partial == true) };
        if (moving) return QueryAnswer.Moving;
        return unavailable ?? QueryAnswer.UnknownKey;
    }

    /// <summary>The answer for a job that is not to run.</summary>
    public static Refusal Stopped(string job) => Refusal.Of(RefusalKind.Conflict, $"job '{job}' is stopped, and its state lies in snapshots: start it to look into it");
}
