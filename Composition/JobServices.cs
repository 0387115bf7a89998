using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamGrains.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Server.Telemetry;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Composition;

/// <summary>Registers the parts of a process that runs jobs; who decides which jobs run, <see cref="IJobControl"/>, is the program's.</summary>
public static class JobServices
{
    /// <summary>Adds them.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="process">What it was told.</param>
    /// <param name="owner">The name under which it owns slots.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, JobProcess process, Func<IServiceProvider, string> owner)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(process.Kafka);
        services.AddSingleton(_ => new KafkaJobEnvironment(process.Kafka, process.Storage, process.AroundStorage));
        services.AddSingleton<IJobEnvironment>(s => s.GetRequiredService<KafkaJobEnvironment>());
        services.AddSingleton(s => new JobHost(s.GetRequiredService<IJobEnvironment>(), new JobHostOptions
        {
            Owner = owner(s),
            Lanes = process.Lanes,
            Buffers = process.Buffers,
            StopGrace = process.StopGrace,
            Told = new JobLogging(s.GetRequiredService<ILoggerFactory>()).Told,
        }));
        services.AddSingleton(s => Models(process, s.GetRequiredService<KafkaJobEnvironment>()));
        services.AddSingleton(s => new SubmissionCheck(
            s.GetRequiredService<IJobEnvironment>(), s.GetRequiredService<ModelFiles>(), process.OwnModels, s.GetService<HostFunctions>(), process.StreamProviders));
        services.AddSingleton<GenerationChange>();
        return services;
    }

    private static ModelFiles Models(JobProcess process, KafkaJobEnvironment environment) =>
        new(process.UploadedModels, environment.Models, process.SharesModels ? environment.OpenModels : null);
}
