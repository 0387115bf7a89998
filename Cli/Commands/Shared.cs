using System.CommandLine;
using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Commands;

/// <summary>Options and arguments that several commands have.</summary>
internal static class Shared
{
    public static Argument<string> Job() => new("JOB.yaml") { Description = "The job spec, YAML or JSON" };

    public static Option<string> Bootstrap(bool required = true) => new("--bootstrap", "-b")
    {
        Description = "Kafka brokers to connect to first, separated by commas",
        HelpName = "HOST:PORT",
        Required = required,
    };

    public static KafkaOptions Kafka() => new();

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

    /// <summary>Partitions whose unread records may be gone.</summary>
    public static Option<string[]> AcceptLoss() => new("--accept-loss")
    {
        Description = "Goes on although records of this partition that the job has not read yet are gone from it; may be repeated. Without it the job stops, and says which offsets are gone",
        HelpName = "TOPIC[P]",
        Validators = { r => { foreach (var wrong in r.Tokens.Where(t => !TopicPartition.TryParse(t.Value, out _))) r.AddError($"--accept-loss {wrong.Value}: a partition reads TOPIC[P], such as payments[3]"); } },
    };

    /// <summary>Bound of what waits in memory.</summary>
    public static Option<string> Buffers() => new("--buffers")
    {
        Description = "Most memory for records that were fetched and not taken, and results that are not committed; above it the process is slower [default: a quarter of the memory that it may have]",
        HelpName = "SIZE",
        Validators = { r => { if (r.Tokens.Count > 0 && !ByteSize.TryParse(r.GetValueOrDefault<string>() ?? "", out _)) r.AddError($"--buffers {r.GetValueOrDefault<string>()}: a size reads 256MB, or with KB or GB"); } },
    };

    /// <summary>The bound that <see cref="Buffers"/> says.</summary>
    public static BufferBudget BudgetOf(string? buffers) => new(ByteSize.TryParse(buffers ?? "", out var bytes) ? bytes : BufferBudget.DefaultBytes);

    public static Option<int?> Lanes() => new("--lanes")
    {
        Description = $"Threads that process [default: processor cores, {Environment.ProcessorCount}]",
        HelpName = "N",
        Validators = { r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<int?>() is < 1) r.AddError("--lanes is at least 1"); } },
    };
}
