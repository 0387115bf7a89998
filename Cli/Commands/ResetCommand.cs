using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Kafka;

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
        var savepoints = new Option<bool>("--savepoints") { Description = "Remove the job's savepoints, too" };
        var command = new Command("reset", "Forgets a job: journals, internal topics, group offsets and snapshots; savepoints, source and output topics stay. Refuses while the job runs")
        {
            job, bootstrap, yes, savepoints, data, storage, set, kafka.Setting, kafka.File,
        };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models: null);
            var directory = parsed.GetValue(data)?.FullName ?? DataDirectory.Default;
            using var held = JobLock.Take(directory, plan.Name);
            if (held is null) return Report.Failure($"job '{plan.Name}' runs on this machine: stop it first", ExitCode.Failure);
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap)!);
            var location = DataDirectory.SnapshotsAt(parsed.GetValue(storage), directory);
            var there = admin.Topics(JobTopics.Patience, Report.Notice, stop.Token);
            using var stores = JobBlobs.Of(plan, location, admin.Settings, there);
            var withSavepoints = parsed.GetValue(savepoints);
            var reset = new JobReset(plan, admin, stores, there, withSavepoints);
            try
            {
                if (reset.Moves(stop.Token)) return Report.Failure($"job '{plan.Name}' runs: its journal grows. Stop it first", ExitCode.Failure);
                Console.WriteLine($"Forgets job '{plan.Name}' at {admin.Settings.Bootstrap}:");
                Console.WriteLine($"  topics     {(reset.Topics.Count == 0 ? "none" : string.Join(", ", reset.Topics))}");
                Console.WriteLine($"  offsets    of group '{plan.Name}'");
                Tell(stores.InStorage, location.ToString()!, withSavepoints);
                Tell(stores.InTopic, $"topic '{TopicNeeds.SnapshotTopic(plan.Name)}'", withSavepoints);
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

    private static void Tell(StoredBlobs blobs, string where, bool withSavepoints)
    {
        if (blobs.Snapshots.Count > 0) Console.WriteLine($"  snapshots  {Figure.Count(blobs.Snapshots.Count)} in {where}");
        if (blobs.Savepoints.Count == 0) return;
        var count = $"{Figure.Count(blobs.SavepointCount)} in {where}";
        Console.WriteLine(withSavepoints ? $"  savepoints {count}" : $"Keeps savepoints: {count}; --savepoints removes them, too");
    }

    private static bool Agreed()
    {
        if (Console.IsInputRedirected) throw new CommandFailed(ExitCode.Usage, "there is nobody to ask: say --yes");
        Console.Write("Go on? [y/N] ");
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}
