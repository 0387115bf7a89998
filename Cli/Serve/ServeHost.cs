using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamGrains.Cli.Terminal;
using StreamGrains.Composition;
using StreamGrains.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Server;
using StreamGrains.Server.Http;

namespace StreamGrains.Cli.Serve;

/// <summary>The server of <c>serve</c>: control API and jobs in this process, without Orleans.</summary>
internal static class ServeHost
{
    /// <summary>Serves until stopped. Throws <see cref="CommandFailed"/> when it cannot start.</summary>
    public static async Task Run(ServeOptions options, CancellationToken stop)
    {
        using var alone = Alone(options);
        var start = new ServerStart();
        await using var app = Build(options, start);
        try
        {
            await start.Begin(app, stop);
            Console.WriteLine($"serving at {string.Join(", ", app.Urls)}; Kafka at {options.Kafka.Bootstrap}; data in {options.Data}");
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it had begun.
        }
        catch (Exception refused)
        {
            throw new CommandFailed(ExitCode.Failure, StartMistakes.Words(refused, app.Configuration[WebHostDefaults.ServerUrlsKey], "--url"), refused);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
        if (app.Services.GetRequiredService<JobHost>().Uncommitted is { Count: > 0 } jobs)
            throw new CommandFailed(ExitCode.Stopped, $"stopped, and not everything that {string.Join(", ", jobs)} took is committed, see the log: it is taken again at the next start");
    }

    private static WebApplication Build(ServeOptions options, ServerStart start)
    {
        // The directory that the command happens to be given in has no say: settings come from the environment and from the file that was named, and paths in it start beside it.
        var root = options.Config is { } named ? Path.GetDirectoryName(named)! : AppContext.BaseDirectory;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = root, ApplicationName = "streamgrains" });
        if (options.Config is { } file) AddConfig(builder.Configuration, file);
        builder.Configuration.AddEnvironmentVariables();
        if (options.LogFormat is { } format) builder.Configuration[ServerLog.FormatSetting] = format;
        builder.WebHost.UseKestrel((context, kestrel) => kestrel.Configure(context.Configuration.GetSection("Kestrel"))).UseKestrelHttpsConfiguration();
        if (options.Url is not null || !builder.Configuration.GetSection("Kestrel:Endpoints").Exists()) builder.WebHost.UseUrls(options.Url ?? options.DefaultUrl);
        builder.Services.AddRouting();
        AddLogging(builder, start);
        AddJobs(builder.Services, options);
        builder.Services.AddControlServer(builder.Configuration.GetSection("StreamGrains:Api"), new ServerProgram("streamgrains-serve", "--url", $"Kafka at {options.Kafka.Bootstrap}; data in {options.Data}", LoadedVersions.All()));
        // Behind the address guard, so that a server that must not listen runs nothing.
        builder.Services.AddHostedService<ServedJobs>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ServeOptions.StopGrace + TimeSpan.FromSeconds(10));
        var app = builder.Build();
        app.UseRouting();
        app.MapControlServer();
        return app;
    }

    /// <summary>What is set beside the command line. Throws <see cref="CommandFailed"/> when the file cannot be read.</summary>
    public static IConfiguration Settings(string? file)
    {
        var settings = new ConfigurationManager();
        if (file is not null) AddConfig(settings, file);
        settings.AddEnvironmentVariables();
        return settings;
    }

    private static void AddConfig(ConfigurationManager configuration, string file)
    {
        try
        {
            configuration.AddJsonFile(file, optional: false, reloadOnChange: false);
        }
        catch (Exception mistaken) when (mistaken is InvalidDataException or FileNotFoundException)
        {
            throw new CommandFailed(ExitCode.Usage, mistaken is FileNotFoundException ? $"there is no file '{file}'" : $"{mistaken.Message} {mistaken.InnerException?.Message}", mistaken);
        }
    }

    /// <summary>The error output has the log; what is configured goes before what is shown by itself.</summary>
    private static void AddLogging(WebApplicationBuilder builder, ServerStart start)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("StreamGrains", LogLevel.Information);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        try
        {
            builder.Logging.AddServerLog(builder.Configuration, toErrors: true);
        }
        catch (InvalidOperationException mistaken)
        {
            throw new CommandFailed(ExitCode.Usage, mistaken.Message, mistaken);
        }
        start.Watch(builder.Logging);
    }

    private static void AddJobs(IServiceCollection services, ServeOptions options)
    {
        var process = new JobProcess(options.Kafka, options.Storage, Path.Combine(options.Own, "models"), options.ModelDirectory, options.Lanes, options.Buffers, ServeOptions.StopGrace)
        {
            AroundStorage = (job, store) => ServeStorage.Around(options.Data, job, store),
        };
        services.AddJobs(process, _ => $"{Environment.MachineName}:{Environment.ProcessId}");
        services.AddSingleton(new RecordFiles(Path.Combine(options.Own, "jobs")));
        services.AddSingleton<LocalJobs>();
        services.AddSingleton<IJobControl>(s => s.GetRequiredService<LocalJobs>());
    }

    /// <summary>Two servers with one data directory would both run its jobs, and shut each other out by turns.</summary>
    private static FileStream Alone(ServeOptions options)
    {
        var path = Path.Combine(Directory.CreateDirectory(options.Own).FullName, "lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held)
        {
            throw new CommandFailed(ExitCode.Failure, $"another server runs with the data directory {options.Data}: stop it, or give this one its own with --data-dir", held);
        }
    }
}
