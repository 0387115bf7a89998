using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Composition;
using StreamGrains.Control;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Onnx;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Commands;

/// <summary><c>run</c>: a job in this process.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var bootstrap = Shared.Bootstrap();
        var set = Shared.Set();
        var kafka = Shared.Kafka();
        var data = Shared.DataDirectory();
        var storage = Shared.Storage();
        var untilEnd = new Option<bool>("--until-end") { Description = "End when everything that is in the source at the start is processed and committed" };
        var (lanes, buffers) = (Shared.Lanes(), Shared.Buffers());
        var members = new Option<bool>("--members")
        {
            Description = "Share the job with other processes that run it so: its slots are spread over them, and move when one comes or goes. All of them need the same --storage",
        };
        var acceptLoss = Shared.AcceptLoss();
        var command = new Command("run", "Runs a job in this process, until Ctrl-C or SIGTERM: then what is in flight is committed first")
        {
            job, bootstrap, set, kafka.Setting, kafka.File, data, storage, untilEnd, lanes, buffers, members, acceptLoss,
        };
        command.Validators.Add(r => { if (r.GetValue(untilEnd) && r.GetValue(members)) r.AddError("--until-end needs all of a job in one process; it does not go with --members"); });
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            try
            {
                return Run(parsed, stop);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested && !parsed.GetValue(untilEnd))
            {
                // Stopped before it had begun: nothing is open.
                return ExitCode.Ok;
            }
        });
        return command;

        int Run(ParseResult parsed, StopSignal stop)
        {
            using var models = new OnnxModelCatalog();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models);
            if (StreamOutputs.Problem(plan, providers: null) is { } problem) throw new CommandFailed(ExitCode.Spec, problem);
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap)!);
            var directory = parsed.GetValue(data)?.FullName ?? DataDirectory.Default;
            var location = DataDirectory.SnapshotsAt(parsed.GetValue(storage), directory);
            var there = admin.Topics(JobTopics.Patience, Report.Notice, stop.Token);
            plan = plan.AtGeneration(plan.LatestGeneration(there.Keys)) with { AcceptedLosses = TopicPartition.All(parsed.GetValue(acceptLoss) ?? []) };
            var topics = JobTopics.Of(plan, there, location);
            using var cluster = new KafkaJobCluster(plan, admin.Settings);
            cluster.EnsureTopics([.. topics.Made]);
            var options = new JobOptions
            {
                Lanes = parsed.GetValue(lanes) ?? Environment.ProcessorCount,
                Buffers = Shared.BudgetOf(parsed.GetValue(buffers)),
                UntilEnd = parsed.GetValue(untilEnd),
                Notice = Report.NoticeAboveFigures,
                Members = parsed.GetValue(members) ? new KafkaSlotMembership(plan, admin.Settings) : null,
            };
            using var held = JobLock.Share(directory, plan.Name);
            if (options.Members is not null && location is DirectoryLocation)
                Report.Notice($"snapshots are in the directory {location}: all members must reach it, or say a --storage that they all reach, such as s3://BUCKET/PREFIX or kafka:");
            var blobs = SnapshotStorage.Open(location, plan, admin.Settings);
            using var owned = blobs as IDisposable;
            SnapshotStorage.Check(blobs, plan);
            var run = new JobRun(plan, cluster, blobs, models, options);
            var meter = new RunMeter(plan, run, cluster);
            var working = Task.Factory.StartNew(() => run.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            RunDisplay.Show(meter, working);
            working.GetAwaiter().GetResult();
            foreach (var line in RunDisplay.Summary(plan.Name, meter.Read(askForLag: false))) Console.WriteLine(line);
            if (run.Uncommitted is { Count: > 0 } slots)
            {
                return Report.Failure(
                    $"stopped, and what slots {string.Join(", ", slots)} took since their last commit could not be committed within {options.StopGrace.TotalSeconds:0.#} s, see above for why: it is taken again at the next start",
                    ExitCode.Stopped);
            }
            return options.UntilEnd && stop.Token.IsCancellationRequested ? Report.Failure("stopped before the end", ExitCode.Stopped) : ExitCode.Ok;
        }
    }
}
