using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Server;
using StreamGrains.Server.Http;

namespace StreamGrains.Api.Tests.Support;

/// <summary>The control API as programs host it, on a real socket of loopback, with the jobs of this process. Every answer to <see cref="Http"/> is held against the OpenAPI document.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string ReaderKey = "key-of-rita", OperatorKey = "key-of-otto", AdminKey = "key-of-anna";

    private static readonly (string Name, string Role, string Key)[] People = [("rita", "Reader", ReaderKey), ("otto", "Operator", OperatorKey), ("anna", "Admin", AdminKey)];

    private readonly WebApplication app;

    private TestServer(WebApplication app, KeptLog log) => (this.app, Log) = (app, log);

    /// <summary>What it logged.</summary>
    public KeptLog Log { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>Requests without a key.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>The SDK over <see cref="Http"/>.</summary>
    public StreamGrainsClient Client => new(Http);

    public LocalJobs Jobs => app.Services.GetRequiredService<LocalJobs>();

    /// <summary>Its versions.</summary>
    public static ServerInfo Info { get; } = new("0.1.0", "2.16.0", "1.31.1");

    /// <summary>Starts it. <paramref name="control"/> answers in place of the jobs of the process; <paramref name="settings"/> are those of the API; <paramref name="serviceName"/> is what the environment calls it.</summary>
    public static async Task<TestServer> Start(World world, bool keys = false, string url = "http://127.0.0.1:0", IJobControl? control = null, Dictionary<string, string?>? settings = null, string? serviceName = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "StreamGrains.Api.Tests" });
        builder.Configuration["OTEL_SERVICE_NAME"] = serviceName;
        builder.WebHost.UseKestrel(o => o.AddServerHeader = false).UseUrls(url);
        var log = new KeptLog();
        builder.Logging.AddProvider(log);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IJobEnvironment>(world);
        builder.Services.AddSingleton(new JobHost(world, new JobHostOptions { Owner = "this-server", Lanes = 1, StopGrace = TimeSpan.FromSeconds(10) }));
        builder.Services.AddSingleton(new ModelFiles(Path.Combine(world.Data, "models"), world, world.SharedModels));
        builder.Services.AddSingleton(new RecordFiles(Path.Combine(world.Data, "jobs")));
        builder.Services.AddSingleton(s => new SubmissionCheck(world, s.GetRequiredService<ModelFiles>(), Path.Combine(world.Data, "own-models")));
        builder.Services.AddSingleton<GenerationChange>();
        builder.Services.AddSingleton<LocalJobs>();
        builder.Services.AddSingleton(s => control ?? s.GetRequiredService<LocalJobs>());
        builder.Services.AddControlServer(new ConfigurationBuilder().AddInMemoryCollection(settings ?? (keys ? Settings() : [])).Build(), new ServerProgram("streamgrains-test", "Urls", "a world of its own", Info));
        var server = new TestServer(builder.Build(), log);
        try
        {
            await server.Begin();
            return server;
        }
        catch
        {
            await server.app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with a key.</summary>
    public HttpClient As(string key)
    {
        var http = Open();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.Services.GetRequiredService<JobHost>().DisposeAsync();
        await app.DisposeAsync();
    }

    private static Dictionary<string, string?> Settings() => People
        .SelectMany((p, i) => new (string, string)[] { ("Name", p.Name), ("Role", p.Role), ("Sha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(p.Key)))) }
            .Select(s => KeyValuePair.Create<string, string?>($"Keys:{i}:{s.Item1}", s.Item2)))
        .ToDictionary();

    private async Task Begin()
    {
        app.UseRouting();
        app.MapControlServer();
        Jobs.Load();
        await app.StartAsync();
        await Jobs.Resume(default);
        Address = new Uri(app.Urls.Single());
        Http = Open();
    }

    private HttpClient Open() => new(new ContractCheck(new SocketsHttpHandler())) { BaseAddress = Address };
}
