using System.Diagnostics;
using System.Globalization;
using StreamGrains.Kafka;
using StreamGrains.Onnx;
using StreamGrains.Runtime;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Specs;
using StreamGrains.Storage;

namespace StreamGrains.Benchmarks;

/// <summary>
/// Three ways through Kafka over the same topic in one run: a raw client, our pass-through job, our fraud job. Each is timed from its start to its end, clients
/// included, in rounds that take turns; the best round of each counts, because noise only ever adds time.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Partitions = 4;

    private const string PassThrough = """
        job: pass-through
        sources:
          transactions:
            topic: transactions
            key: customer_id
            fields: { tx_id: long, ts: timestamp_ms, customer_id: long, terminal_id: long, amount: double, fraud: bool }
            event_time: ts
        steps:
          - from: transactions
          - to: { topic: passed, key: customer_id }
        """;

    public static int Run(string[] arguments)
    {
        var rows = Option(arguments, "--rows", 1_000_000);
        var rounds = Option(arguments, "--rounds", 3);
        var lanes = Math.Min(Environment.ProcessorCount, Partitions);
        using var broker = new TestBroker();
        Console.WriteLine($"loading {rows:N0} transactions into {Partitions} partitions of a broker at {broker.Bootstrap}");
        PipelineInput.Load(broker.Bootstrap, rows, Partitions);

        var best = new Dictionary<string, Measured>();
        for (var round = 1; round <= rounds; round++)
        {
            Measure("raw client", () => RawClient.Run(broker.Bootstrap, PipelineInput.Topic, PipelineInput.Output(broker.Bootstrap, Partitions), Partitions, lanes));
            Measure("pass-through job", () => RunJob(broker.Bootstrap, PassThrough, lanes));
            Measure("fraud job", () => RunJob(broker.Bootstrap, PipelineInput.FraudSpec(), lanes));

            void Measure(string name, Action run)
            {
                var measured = Measured.Of(run, rows);
                Console.WriteLine($"round {round}  {name,-18}{measured}");
                if (!best.TryGetValue(name, out var before) || measured.Seconds < before.Seconds) best[name] = measured;
            }
        }
        Console.WriteLine();
        foreach (var (name, measured) in best) Console.WriteLine($"best     {name,-18}{measured}   {best["raw client"].Seconds / measured.Seconds:0.00} of the raw client");
        return 0;
    }

    private static void RunJob(string bootstrap, string spec, int lanes)
    {
        // A job name of its own each time, so that every round starts from nothing.
        var name = $"bench-{Guid.NewGuid():N}"[..14];
        using var models = new OnnxModelCatalog();
        var compiled = JobCompiler.Compile(spec, "bench.yaml", [$"job={name}"], models, PipelineInput.Samples);
        if (compiled.Plan is null) throw new InvalidOperationException(string.Join('\n', compiled.Errors));
        var data = Directory.CreateTempSubdirectory("streamgrains-bench-").FullName;
        try
        {
            using var cluster = new KafkaJobCluster(compiled.Plan, new KafkaSettings(bootstrap));
            cluster.EnsureTopics([.. TopicNeeds.Internal(compiled.Plan, Partitions, Partitions), .. TopicNeeds.Outputs(compiled.Plan, Partitions)]);
            new JobRun(compiled.Plan, cluster, new DirectoryBlobStore(data), models, new JobOptions { Lanes = lanes, UntilEnd = true }).Run(CancellationToken.None);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static int Option(string[] arguments, string name, int otherwise) =>
        Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;

    private sealed record Measured(double Seconds, double Cpu, long Rows, long Bytes)
    {
        public static Measured Of(Action run, int rows)
        {
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            var (cpu, bytes, clock) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
            run();
            process.Refresh();
            return new Measured(clock.Elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds, rows, GC.GetTotalAllocatedBytes() - bytes);
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{Rows / Seconds,10:N0} records/s  {Cpu / Rows * 1e6,6:0.0} us of CPU  {(double)Bytes / Rows,6:N0} bytes allocated a record");
    }
}
