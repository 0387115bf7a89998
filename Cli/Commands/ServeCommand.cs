using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Serve;
using StreamGrains.Cli.Terminal;
using StreamGrains.Server;

namespace StreamGrains.Cli.Commands;

/// <summary><c>serve</c>: the control API with the jobs of this process.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    public static Command Create()
    {
        var bootstrap = Shared.Bootstrap();
        var url = new Option<string>("--url")
        {
            Description = $"Address to listen on; beyond this machine only with API keys [default: endpoints of --config, else {DefaultUrl}]",
            HelpName = "URL",
        };
        var models = new Option<DirectoryInfo>("--models") { Description = "Directory with models that jobs may name without handing them in [default: none]", HelpName = "DIR" };
        var config = new Option<FileInfo>("--config")
        {
            Description = "JSON file with settings: API keys (StreamGrains:Api:Keys), Kafka (StreamGrains:Kafka:Settings), TLS (Kestrel), log levels (Logging); the environment goes before it",
            HelpName = "FILE",
        };
        var format = new Option<string>("--log-format")
        {
            Description = "How the log is written: text, or json for an object a line [default: StreamGrains:Log:Format of --config, else text]",
            HelpName = string.Join('|', ServerLog.Formats),
        }.AcceptOnlyFromAmong(ServerLog.Formats);
        var (data, storage, lanes, buffers, kafka) = (Shared.DataDirectory(), Shared.Storage(), Shared.Lanes(), Shared.Buffers(), Shared.Kafka());
        data.Description = $"Where jobs, uploaded models and snapshots of state are kept [default: {DataDirectory.Default}]";
        var command = new Command("serve", "Runs jobs that are handed in over HTTP, in this process, and goes on with them after a restart")
        {
            bootstrap, url, data, storage, models, lanes, buffers, config, format, kafka.Setting, kafka.File,
        };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap)!, ServeHost.Settings(parsed.GetValue(config)?.FullName));
            var directory = parsed.GetValue(data)?.FullName ?? DataDirectory.Default;
            var options = new ServeOptions(
                admin.Settings, parsed.GetValue(url), DefaultUrl, directory, DataDirectory.SnapshotsAt(parsed.GetValue(storage), directory),
                parsed.GetValue(models)?.FullName, parsed.GetValue(lanes) ?? Environment.ProcessorCount, Shared.BudgetOf(parsed.GetValue(buffers)), parsed.GetValue(config)?.FullName, parsed.GetValue(format));
            ServeHost.Run(options, stop.Token).GetAwaiter().GetResult();
            return ExitCode.Ok;
        });
        return command;
    }
}
