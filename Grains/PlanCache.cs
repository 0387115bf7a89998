using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Grains;

/// <summary>Plans of the jobs that this silo runs slots of or is asked about: compiled once per run, for all of its slots. One per silo; any thread.</summary>
public sealed class PlanCache(SubmissionCheck check)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Run, Task<JobPlan> Plan)> plans = [];
    private readonly Dictionary<string, (int Run, IReadOnlyList<int> Partitions)> partitions = [];

    /// <summary>The plan of an order. Throws <see cref="Engine.JobFailed"/> when it cannot be had here: a model is gone, say. It is tried anew when asked again.</summary>
    public Task<JobPlan> Of(string job, SlotOrder order)
    {
        lock (gate)
        {
            if (plans.TryGetValue(job, out var cached) && cached.Run == order.Run && !cached.Plan.IsFaulted && !cached.Plan.IsCanceled) return cached.Plan;
            var plan = check.Plan(order.Submission, order.Generation, CancellationToken.None);
            plans[job] = (order.Run, plan);
            return plan;
        }
    }

    /// <summary>
    /// Which processors can hold state of a key. Kafka is asked for the topics once per run. Throws <see cref="Engine.JobFailed"/> as <see cref="Of"/> does, and
    /// <see cref="IOException"/> when Kafka does not answer.
    /// </summary>
    public async Task<Answer<KeyRoute>> Route(string job, SlotOrder order, string key)
    {
        var plan = await Of(job, order);
        IReadOnlyList<int>? known;
        lock (gate) known = partitions.TryGetValue(job, out var cached) && cached.Run == order.Run ? cached.Partitions : null;
        if (known is null)
        {
            known = await check.Partitions(plan, CancellationToken.None);
            lock (gate) partitions[job] = (order.Run, known);
        }
        return KeyRoute.Of(plan, known, key);
    }
}
