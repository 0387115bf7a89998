using System.Net;
using Orleans.Configuration;
using StackExchange.Redis;
using StreamGrains.Grains;

namespace StreamGrains.Silo.Clustering;

/// <summary>Sets up membership, grain storage and failure detection of a silo.</summary>
internal static class ClusteringExtensions
{
    private const string Npgsql = "Npgsql";

    /// <summary>Joins the cluster that the settings name.</summary>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, ClusterSettings settings)
    {
        switch (settings.Clustering)
        {
            case ClusteringKind.Redis:
                var options = ConfigurationOptions.Parse(settings.Connection);
                silo.UseRedisClustering(o => o.ConfigurationOptions = options);
                silo.AddRedisGrainStorage(GrainStorage.Name, o => o.ConfigurationOptions = options);
                // Orleans' own directory is kept in the silos, and forgets with each of them a share of what runs on the others.
                silo.UseRedisGrainDirectoryAsDefault(o => o.ConfigurationOptions = options);
                break;
            case ClusteringKind.Postgres:
                silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (Npgsql, settings.Connection));
                silo.AddAdoNetGrainStorage(GrainStorage.Name, o => (o.Invariant, o.ConnectionString) = (Npgsql, settings.Connection));
                break;
            default:
                return silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, null, settings.Service, settings.Id).AddMemoryGrainStorage(GrainStorage.Name).Named(settings);
        }
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.Id, settings.Service));
        if (settings.AdvertisedAddress.Length == 0) silo.ConfigureEndpoints(settings.SiloPort, settings.GatewayPort);
        else silo.ConfigureEndpoints(IPAddress.Parse(settings.AdvertisedAddress), settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: true);
        return silo.Named(settings).DetectFailuresFast();
    }

    /// <summary>
    /// A silo that is gone is declared dead after about three seconds, where Orleans' defaults take about fifteen: a probe a second, three of them missed. That is safe, because a silo that was
    /// declared dead by mistake writes nothing: its slots are fenced in Kafka, and it stops itself. A stop-the-world pause of three seconds costs a hand-over; lanes allocate next to nothing, so
    /// pauses of that length are not the collector's.
    /// </summary>
    private static ISiloBuilder DetectFailuresFast(this ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(o =>
    {
        o.ProbeTimeout = TimeSpan.FromSeconds(1);
        o.NumMissedProbesLimit = 3;
        o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        // After all silos ended at once, those that start again find only silos that do not answer. They must not wait for them longer than for a pod to start.
        o.NumMissedTableIAmAliveLimit = 2;
        o.DefunctSiloExpiration = TimeSpan.FromDays(1);
    });

    private static ISiloBuilder Named(this ISiloBuilder silo, ClusterSettings settings) =>
        settings.Name.Length == 0 ? silo : silo.Configure<SiloOptions>(o => o.SiloName = settings.Name);
}
