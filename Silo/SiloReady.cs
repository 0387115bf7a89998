using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace StreamGrains.Silo;

/// <summary>Ready: an active member of the cluster. One that leaves is not ready, so no more requests are sent to it.</summary>
internal sealed class SiloReady(IClusterMembershipService membership, ILocalSiloDetails silo) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancel)
    {
        var status = membership.CurrentSnapshot.GetSiloStatus(silo.SiloAddress);
        return Task.FromResult(status == SiloStatus.Active ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy($"the silo is {status}"));
    }
}
