using System.CommandLine;
using Microsoft.Extensions.Configuration;
using StreamGrains.Cli.Terminal;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Commands;

/// <summary>How Kafka is reached, for every command that does: settings of the configuration and the environment, of a properties file, and of the command line, which goes before both.</summary>
internal sealed class KafkaOptions
{
    private const string Section = "StreamGrains:Kafka";

    /// <summary>A setting on the command line.</summary>
    public Option<string[]> Setting { get; } = new("--kafka")
    {
        Description = "A librdkafka setting, such as security.protocol=SSL; may be repeated. KEY.from.file=PATH reads the value from a file",
        HelpName = "key=value",
    };

    /// <summary>A file with settings.</summary>
    public Option<FileInfo> File { get; } = new("--kafka-config")
    {
        Description = "Properties file with settings of Kafka's clients, as Kafka's own tools take it; secrets belong here and not on the command line [default: StreamGrains__Kafka__ConfigFile]",
        HelpName = "FILE",
    };

    /// <summary>Connects, lazily. Throws <see cref="CommandFailed"/> for settings that cannot be. <paramref name="config"/>: what is set beside the command line; by default the environment.</summary>
    public KafkaAdmin Connect(ParseResult parsed, string bootstrap, IConfiguration? config = null)
    {
        var section = (config ?? new ConfigurationBuilder().AddEnvironmentVariables().Build()).GetSection(Section);
        var said = new Dictionary<string, string>();
        foreach (var item in parsed.GetValue(Setting) ?? [])
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new CommandFailed(ExitCode.Usage, $"--kafka {item}: a setting reads key=value, such as security.protocol=SSL");
            said[item[..equals].Trim()] = item[(equals + 1)..].Trim();
        }
        try
        {
            var settings = SettingSources.Together(Configured(section), parsed.GetValue(File)?.FullName ?? (section["ConfigFile"] is { Length: > 0 } named ? named : null), said);
            // Which cluster it is stands on the command line, where everybody sees it.
            return new KafkaAdmin(new KafkaSettings(bootstrap, settings.Where(s => s.Key != "bootstrap.servers").ToDictionary()));
        }
        catch (ArgumentException refused)
        {
            throw new CommandFailed(ExitCode.Usage, $"Kafka's settings: {refused.Message}", refused);
        }
    }

    private static Dictionary<string, string> Configured(IConfigurationSection section) =>
        section.GetSection("Settings").GetChildren().Where(s => s.Value is not null).ToDictionary(s => s.Key, s => s.Value!);
}
