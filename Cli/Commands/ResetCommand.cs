using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Composition;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Commands;

/// <summary><c>reset</c>: forgets a job, so that its next run starts from what the source holds.</summary>
internal static class ResetCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var bootstrap = Shared.Bootstrap();
        var set = Shared.Set();
        var kafka = Shared.Kafka();
        var data = Shared.DataDirectory();
        var storage = Shared.Storage();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var command = new Command("reset", "Forgets a job: journal, internal topics, group offsets and snapshots; source and output topics stay. Refuses while the job runs")
        {
            job, bootstrap, yes, data, storage, set, kafka,
        };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models: null);
            var directory = parsed.GetValue(data)?.FullName ?? DataDirectory.Default;
            using var held = JobLock.Take(directory, plan.Name);
            if (held is null) return Report.Failure($"job '{plan.Name}' runs on this machine: stop it first", ExitCode.Failure);
            using var admin = Shared.Connect(parsed.GetValue(bootstrap)!, parsed.GetValue(kafka));
            var location = DataDirectory.SnapshotsAt(parsed.GetValue(storage), directory);
            var there = admin.Topics(Shared.Patience, Report.Notice, stop.Token);
            // In Kafka they go with their topic.
            var blobs = location is KafkaLocation ? null : SnapshotStorage.Open(location, plan, admin.Settings);
            using var owned = blobs as IDisposable;
            var reset = new JobReset(plan, admin, blobs, there);
            try
            {
                if (reset.Moves(stop.Token)) return Report.Failure($"job '{plan.Name}' runs: its journal grows. Stop it first", ExitCode.Failure);
                Console.WriteLine($"Forgets job '{plan.Name}' at {admin.Settings.Bootstrap}:");
                Console.WriteLine($"  topics     {(reset.Topics.Count == 0 ? "none" : string.Join(", ", reset.Topics))}");
                Console.WriteLine($"  offsets    of group '{plan.Name}'");
                if (blobs is not null) Console.WriteLine($"  snapshots  {reset.Snapshots.Count} in {location}");
                if (!parsed.GetValue(yes) && !Agreed()) return Report.Failure("nothing was changed", ExitCode.Stopped);
                reset.Forget(stop.Token);
            }
            catch (OperationCanceledException)
            {
                return Report.Failure("stopped; run it again to finish what was begun", ExitCode.Stopped);
            }
            Console.WriteLine("Forgotten: the next run starts from what the source holds. Records that the outputs hold already will come again.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static bool Agreed()
    {
        if (Console.IsInputRedirected) throw new CommandFailed(ExitCode.Usage, "there is nobody to ask: say --yes");
        Console.Write("Go on? [y/N] ");
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
