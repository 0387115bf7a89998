using StreamGrains.Engine;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Control;

/// <summary>Whether a process can publish to the streams that a job names.</summary>
public static class StreamOutputs
{
    /// <summary>Why it cannot, in words for who runs the job; null when it can, or when the job names none.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="providers">Names of the stream providers of this process; null where there can be none, because it is no silo.</param>
    public static string? Problem(JobPlan plan, IReadOnlyCollection<string>? providers)
    {
        foreach (var target in plan.Outboxes.Select(o => o.Target))
        {
            if (providers is null)
                return $"job '{plan.Name}' writes to stream '{target.Namespace}' of provider '{target.Provider}', which needs a silo, and this process is none: hand the job in to a silo, or write to a topic with 'to: {{ topic: NAME }}'";
            if (providers.Contains(target.Provider)) continue;
            var hint = NearestName.Of(target.Provider, providers) is { } near ? $" Did you mean '{near}'?"
                : providers.Count == 0 ? " It has none at all: add one to the silo's host, with AddMemoryStreams(...) or the like."
                : $" It has {string.Join(", ", providers.Order(StringComparer.Ordinal).Select(p => $"'{p}'"))}.";
            return $"job '{plan.Name}' writes to stream '{target.Namespace}' of provider '{target.Provider}', and the silo has no stream provider of that name.{hint}";
        }
        return null;
    }
}
