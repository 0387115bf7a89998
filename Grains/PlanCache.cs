using StreamGrains.Engine.Plan;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Hosting.Control;

namespace StreamGrains.Grains;

/// <summary>Plans of the jobs that this silo runs slots of: compiled once per run, for all of its slots. One per silo; any thread.</summary>
internal sealed class PlanCache(SubmissionCheck check)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Run, Task<JobPlan> Plan)> plans = [];

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
}
