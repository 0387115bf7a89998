using StreamGrains.Server;
using StreamGrains.Silo;

// Orleans logs what keeps a silo from starting at each of its stages; its watchdog takes the time before its first look for one that it was held up.
var start = new ServerStart("Orleans.Runtime.Silo", "Orleans.Runtime.Watchdog");
var taken = SiloStart.TakenPorts();
WebApplication? app = null;
SiloSettings settings = new();
try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.Logging.AddServerLog(builder.Configuration);
    start.Watch(builder.Logging);
    settings = builder.Configuration.GetSection(SiloSettings.Section).Get<SiloSettings>() ?? settings;
    builder.AddStreamGrains();
    app = builder.Build();
    app.MapStreamGrains();
    await start.Begin(app);
}
catch (OperationCanceledException) when (app?.Lifetime.ApplicationStopping.IsCancellationRequested == true)
{
    // Stopped before it had begun.
    await SiloStart.Abandon(app);
    return 0;
}
catch (Exception failure)
{
    Console.Error.WriteLine($"streamgrains silo: {(ServerStart.ShowsStack ? failure : SiloStart.Words(failure, app?.Configuration[WebHostDefaults.ServerUrlsKey], settings, taken))}");
    await SiloStart.Abandon(app);
    return 1;
}
await app.WaitForShutdownAsync();
await app.DisposeAsync();
return 0;
