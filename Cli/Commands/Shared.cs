using System.CommandLine;
using StreamGrains.Kafka;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Shared
{
    /// <summary>How long to wait for a first answer of Kafka.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Argument<string> Job() => new("JOB.yaml") { Description = "The job spec, YAML or JSON" };

    public static Option<string> Bootstrap(bool required = true) => new("--bootstrap", "-b")
    {
        Description = "Kafka brokers to connect to first, separated by commas",
        HelpName = "HOST:PORT",
        Required = required,
    };

    public static Option<string[]> Kafka() => new("--kafka")
    {
        Description = "A librdkafka setting, such as security.protocol=SSL; may be repeated",
        HelpName = "key=value",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Overrides a value of the spec, such as commit.every=1s; may be repeated",
        HelpName = "path=value",
    };

    public static Option<DirectoryInfo> DataDirectory() => new("--data-dir")
    {
        Description = $"This machine's directory for the job's lock file, and for snapshots of state without --storage [default: {Jobs.DataDirectory.Default}]",
        HelpName = "DIR",
    };

    /// <summary>Where snapshots are kept; what is no such place is a mistake of the command line.</summary>
    public static Option<string> Storage()
    {
        var option = new Option<string>("--storage")
        {
            Description = "Where snapshots of state are kept: a directory, s3://BUCKET/PREFIX, azure://CONTAINER/PREFIX or kafka: [default: --data-dir]",
            HelpName = "URL",
        };
        option.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && !StorageLocation.TryParse(r.GetValueOrDefault<string>() ?? "", out _, out var problem)) r.AddError($"--storage {problem}");
        });
        return option;
    }

    public static Option<int?> Lanes() => new("--lanes")
    {
        Description = $"Threads that process [default: processor cores, {Environment.ProcessorCount}]",
        HelpName = "N",
        Validators = { r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<int?>() is < 1) r.AddError("--lanes is at least 1"); } },
    };

    /// <summary>Connects, lazily. Throws <see cref="CommandFailed"/> for raw settings that cannot be.</summary>
    public static KafkaAdmin Connect(string bootstrap, IReadOnlyList<string>? raw)
    {
        var settings = new Dictionary<string, string>();
        foreach (var item in raw ?? [])
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new CommandFailed(ExitCode.Usage, $"--kafka {item}: a setting reads key=value, such as security.protocol=SSL");
            settings[item[..equals].Trim()] = item[(equals + 1)..].Trim();
        }
        try
        {
            return new KafkaAdmin(new KafkaSettings(bootstrap, settings));
        }
        catch (ArgumentException refused)
        {
            throw new CommandFailed(ExitCode.Usage, $"--kafka: {refused.Message}", refused);
        }
    }
}
