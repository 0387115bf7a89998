using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>The cluster as placement sees it. One per silo; any thread.</summary>
public sealed class ClusterView(IClusterMembershipService membership, IClusterManifestProvider manifests, IGrainFactory grains)
{
    /// <summary>Active silos that can run slots, in a fixed order.</summary>
    public IReadOnlyList<SiloAddress> Silos()
    {
        var partitions = grains.GetGrain<IPartitionGrain>("-").GetGrainId().Type;
        var offered = manifests.Current.Silos;
        return
        [
            .. membership.CurrentSnapshot.Members.Values
                .Where(m => m.Status == SiloStatus.Active && offered.TryGetValue(m.SiloAddress, out var manifest) && manifest.Grains.ContainsKey(partitions))
                .Select(m => m.SiloAddress)
                .Order(),
        ];
    }

    /// <summary>Slots of all jobs by silo.</summary>
    public async Task<IReadOnlyDictionary<SiloAddress, int>> Loads(IReadOnlyList<SiloAddress> silos)
    {
        var statistics = await grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics([.. silos]);
        return statistics.Where(s => s.GrainType.Contains(nameof(PartitionGrain), StringComparison.Ordinal))
            .GroupBy(s => s.SiloAddress, s => s.ActivationCount)
            .ToDictionary(g => g.Key, g => g.Sum());
    }
}
