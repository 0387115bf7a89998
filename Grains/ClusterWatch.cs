using Microsoft.Extensions.Hosting;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>
/// Wakes the cluster's jobs when a silo came or went, and every few seconds: a job whose grain was on a silo that is gone has nobody else to wake it. One per silo.
/// </summary>
public sealed class ClusterWatch(IClusterMembershipService membership, IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(OnChanges(stoppingToken), OnTime(stoppingToken));

    private async Task OnChanges(CancellationToken stoppingToken)
    {
        await foreach (var _ in membership.MembershipUpdates.WithCancellation(stoppingToken)) await Pulse();
    }

    private async Task OnTime(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Pulse();
    }

    private async Task Pulse()
    {
        try
        {
            await grains.GetJobs().Pulse();
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            // The cluster is between two views of itself; the next pulse comes soon.
        }
    }
}
