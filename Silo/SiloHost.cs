using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Streams;
using StreamGrains.Composition;
using StreamGrains.Control;
using StreamGrains.Grains;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Grains.Streams;
using StreamGrains.Kafka;
using StreamGrains.Server;
using StreamGrains.Server.Http;
using StreamGrains.Silo.Clustering;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Silo;

/// <summary>Makes a web application a silo that runs StreamGrains jobs; for programs that host their own grains beside them.</summary>
public static class SiloHost
{
    /// <summary>
    /// Adds the silo with its jobs, control API, dashboard, health and metrics, set up by the section <c>StreamGrains</c>. Map them with <see cref="MapStreamGrains"/>. Throws
    /// <see cref="InvalidOperationException"/> that names every mistake in the settings.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="configure">What else the silo is to have: other storages, streams, grains' options; default: nothing.</param>
    /// <param name="functions">C# functions that expressions of specs may call, the same on every silo of the cluster; default: none.</param>
    public static WebApplicationBuilder AddStreamGrains(this WebApplicationBuilder builder, Action<ISiloBuilder>? configure = null, HostFunctions? functions = null)
    {
        builder.Services.AddSingleton(functions ?? new HostFunctions());
        var settings = builder.Configuration.GetSection(SiloSettings.Section).Get<SiloSettings>() ?? new SiloSettings();
        if (settings.Mistakes().ToList() is { Count: > 0 } mistakes) throw new InvalidOperationException($"the silo cannot start:\n  {string.Join("\n  ", mistakes)}");
        builder.UseOrleans(silo =>
        {
            silo.UseCluster(settings.Cluster).AddJobs(settings).AddDashboard();
            configure?.Invoke(silo);
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.StopGrace + TimeSpan.FromSeconds(10));
        builder.Services.AddControlServer(builder.Configuration.GetSection($"{SiloSettings.Section}:Api"), new ServerProgram("streamgrains-silo", "Urls", settings.Surroundings(), LoadedVersions.All()));
        builder.Services.AddHealthChecks().AddCheck<SiloReady>("silo", tags: [ControlServer.Ready]);
        return builder;
    }

    /// <summary>Maps control API, dashboard (<c>/dashboard</c>), health (<c>/health/live</c>, <c>/health/ready</c>) and metrics (<c>/metrics</c>).</summary>
    public static WebApplication MapStreamGrains(this WebApplication app)
    {
        app.MapControlServer();
        app.MapOrleansDashboard("/dashboard").RequireAuthorization(nameof(ApiRole.Reader));
        return app;
    }

    /// <summary>What a silo needs to run jobs, however it finds its cluster.</summary>
    internal static ISiloBuilder AddJobs(this ISiloBuilder silo, SiloSettings settings)
    {
        var services = silo.Services;
        services.AddSerializer(s => s.AddStreamGrains());
        silo.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = settings.StopGrace + TimeSpan.FromSeconds(5));
        services.AddJobs(settings.Process() with { StreamProviders = () => StreamProviders(services) }, s => s.GetRequiredService<ILocalSiloDetails>().Name);
        services.AddSingleton<OpenOutbox>(s => (job, slot, topic, giveUp) => new KafkaOutbox(job, slot, topic, s.GetRequiredService<KafkaSettings>(), giveUp));
        services.AddSingleton<StreamRelays>();
        services.AddSingleton<PlanCache>();
        services.AddSingleton<ClusterView>();
        services.AddSingleton<IJobControl, ClusterJobs>();
        services.AddHostedService<ClusterWatch>();
        foreach (var name in settings.MemoryStreams) silo.AddMemoryStreams(name);
        // Who subscribes to memory streams is forgotten with them.
        if (settings.MemoryStreams.Count > 0) silo.AddMemoryGrainStorage(ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME);
        return silo;
    }

    /// <summary>Looked up late: a host may add providers after this one has set up its own.</summary>
    private static IReadOnlyCollection<string> StreamProviders(IServiceCollection services) =>
        [.. services.Where(d => d.IsKeyedService && d.ServiceType == typeof(IStreamProvider)).Select(d => d.ServiceKey).OfType<string>().Distinct()];
}
