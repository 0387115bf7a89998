using System.Net.NetworkInformation;
using Microsoft.AspNetCore.Connections;
using Npgsql;
using StackExchange.Redis;
using StreamGrains.Server;
using StreamGrains.Silo.Clustering;

namespace StreamGrains.Silo;

/// <summary>Why a silo does not start, in words for who started it.</summary>
internal static class SiloStart
{
    private const string Connection = $"{SiloSettings.Section}:Cluster:Connection";

    private static readonly TimeSpan GoodBye = TimeSpan.FromSeconds(5);

    /// <summary>Ports of this machine that somebody listens on; take it before the silo has begun to listen itself.</summary>
    public static IReadOnlySet<int> TakenPorts() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(l => l.Port).ToHashSet();

    /// <summary>What is wrong, which setting says it, and what to do.</summary>
    public static string Words(Exception failure, string? url, SiloSettings settings, IReadOnlySet<int> taken) => failure switch
    {
        AddressInUseException => $"a port for other silos is in use: {Ports(settings.Cluster, taken)}. Each silo of a machine has ports of its own: end what listens there, or choose another.",
        // The connection string holds the password, so only where it leads is said.
        RedisException redis => $"Redis at {Redis(settings)} ({Connection}) cannot be used: {redis.Message.Split(". ")[0].TrimEnd('.')}. Start it, or connect to the right one.",
        NpgsqlException postgres => $"PostgreSQL ({Connection}) cannot be used: {postgres.Message.TrimEnd('.')}. Start it, or connect to the right one.",
        _ => StartMistakes.Words(failure, url, "Urls"),
    };

    /// <summary>Lets go of a silo that did not start: others are told that it is gone, where that takes no long time.</summary>
    public static async Task Abandon(WebApplication? app)
    {
        if (app is null) return;
        using var patience = new CancellationTokenSource(GoodBye);
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (Exception)
        {
            // Why it did not start has been said; what follows from that is no news.
        }
    }

    /// <summary>Orleans does not say which of its two ports it could not have.</summary>
    private static string Ports(ClusterSettings settings, IReadOnlySet<int> taken)
    {
        (string Setting, int Port)[] both = [(nameof(settings.SiloPort), settings.SiloPort), (nameof(settings.GatewayPort), settings.GatewayPort)];
        var named = both.Where(p => taken.Contains(p.Port)).DefaultIfEmpty(both[0]);
        return string.Join(", ", named.Select(p => $"{p.Port} ({SiloSettings.Section}:Cluster:{p.Setting})"));
    }

    private static string Redis(SiloSettings settings) => string.Join(", ", ConfigurationOptions.Parse(settings.Cluster.Connection).EndPoints.Select(e => e.ToString()));
}
