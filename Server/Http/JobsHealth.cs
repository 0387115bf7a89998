using Microsoft.Extensions.Diagnostics.HealthChecks;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Server.Http;

/// <summary>
/// Degraded while a slot here is stalled, has failed, or lacks a snapshot that is overdue. It answers requests all the same, so it stays ready: whoever took it out of service could not ask it any
/// more what is wrong, and its slots would get on no better.
/// </summary>
internal sealed class JobsHealth(JobHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var wrong = host.Jobs.SelectMany(job => host.Slots(job).Where(IsWrong).Select(s => $"slot {s.Slot} of job '{job}'")).ToList();
        return Task.FromResult(wrong.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"what does not get on: {string.Join(", ", wrong)}"));
    }

    private static bool IsWrong(SlotStatus slot) => slot.Phase is SlotPhase.Stalled or SlotPhase.Failed || slot.SnapshotOverdue is not null;
}
