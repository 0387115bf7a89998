using System.Diagnostics;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Onnx;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Demo;

/// <summary>What the demo is asked for; null for the default.</summary>
internal sealed record DemoOptions(long? Events, string? DataFile, double? Rate, int Partitions = 4);

/// <summary>
/// The real fraud job in this process, with payments going in and results read back through Kafka. It has topics, a job name and a data directory of its own,
/// which go when it ends. Owner: one command, on its thread.
/// </summary>
internal sealed class DemoRun(KafkaAdmin admin, DemoOptions options, CancellationToken stop)
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(1), Silence = TimeSpan.FromSeconds(10);

    private readonly string name = $"card-fraud-demo-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>Runs to the end of the payments or until stopped, showing itself; returns the exit code.</summary>
    public int Run()
    {
        using var models = new OnnxModelCatalog();
        var plan = JobFile.Compile(Path.Combine(AppContext.BaseDirectory, "demo", "job.yaml"), Overrides(), models);
        admin.Topics(JobTopics.Patience, Report.Notice, stop);
        admin.Create(new TopicNeed(Source, options.Partitions, new Dictionary<string, string>()));
        var topics = JobTopics.Of(plan, admin.Topics(JobTopics.Patience, null, stop));
        using var cluster = new KafkaJobCluster(plan, admin.Settings);
        cluster.EnsureTopics([.. topics.Made]);
        var data = Directory.CreateTempSubdirectory("streamgrains-demo-").FullName;
        try
        {
            var run = new JobRun(plan, cluster, new DirectoryBlobStore(data), models, new JobOptions { StopGrace = StopGrace, Notice = _ => { } });
            return Drive(plan, cluster, run);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
            CleanUp(topics);
        }
    }

    private int Drive(JobPlan plan, KafkaJobCluster cluster, JobRun run)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var reading = new CancellationTokenSource();
        using PaymentFeed feed = options.DataFile is { } file ? new FileFeed(file) : new WorldFeed(new CardWorld(seed: 1));
        using var bulk = new BulkProducer(admin.Settings, Source, lingerMs: 2);
        var ledger = new DemoLedger();
        var producer = new DemoProducer(feed, bulk, ledger, options.Rate ?? (options.DataFile is null ? 2_000 : null));
        var page = new DemoPage(ledger, new RunMeter(plan, run, cluster), producer, admin.Settings.Bootstrap);
        var producing = Start(() => producer.Run(options.Events, ending.Token));
        var working = Start(() => run.Run(ending.Token));
        var read = Start(() => new DemoReader(cluster, Scored, Alerts, ledger).Run(reading.Token));
        page.Show(() => stop.IsCancellationRequested || working.IsCompleted || read.IsCompleted || producing.IsFaulted || (producing.IsCompleted && Settled(ledger)));
        ending.Cancel();
        Task.WaitAll([producing.ContinueWith(_ => { }, TaskScheduler.Default), working.ContinueWith(_ => { }, TaskScheduler.Default)], CancellationToken.None);
        reading.Cancel();
        foreach (var part in (Task[])[working, read, producing])
        {
            try
            {
                part.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                // Stopped in the middle of a wait, as it was told.
            }
        }
        foreach (var line in page.Summary()) Console.WriteLine(line);
        var left = ledger.Outstanding;
        return left == 0 || stop.IsCancellationRequested ? ExitCode.Ok : Report.Failure($"{Figure.Of(left, "payment")} did not come back scored", ExitCode.Failure);
    }

    private string Source => $"{name}.transactions";

    private string Scored => $"{name}.scored";

    private string Alerts => $"{name}.alerts";

    private string[] Overrides() => [$"job={name}", $"sources.transactions.topic={Source}", $"steps[6].to.topic={Scored}", $"steps[7].to.topic={Alerts}"];

    private long settledCount = -1, settledAt;

    /// <summary>Everything has come back, or nothing has for ten seconds.</summary>
    private bool Settled(DemoLedger ledger)
    {
        var left = ledger.Outstanding;
        if (left != settledCount) (settledCount, settledAt) = (left, Stopwatch.GetTimestamp());
        return left == 0 || Stopwatch.GetElapsedTime(settledAt) > Silence;
    }

    private void CleanUp(JobTopics topics)
    {
        if (admin.IsMock) return;
        admin.Delete([Source, .. topics.Made.Select(t => t.Name)]);
        admin.DeleteGroups(name);
    }

    private static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
