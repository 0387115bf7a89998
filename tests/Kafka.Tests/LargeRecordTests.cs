using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamGrains.Kafka.Tests;

/// <summary>Records as large as topics take, in many partitions at once: the bound of what waits is kept, and costs speed instead of the process.</summary>
[Collection(MuchInputCollection.Name)]
public sealed class LargeRecordTests(TestBroker broker)
{
    private const int Partitions = 40, Records = 50, Megabytes = 8, HeapMegabytes = 640;
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(3);

    [Fact]
    public void Large_records_of_forty_partitions_go_through_a_key_step_in_a_small_heap()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        Create(mark);
        Produce(mark);
        using var spec = new SpecFile(Spec(mark));
        var said = new StringBuilder();

        using var process = Start(spec, said);
        long resident = 0;
        for (var end = Stopwatch.StartNew(); !process.WaitForExit(50) && end.Elapsed < Ample;) resident = Math.Max(resident, Resident(process));
        if (!process.HasExited) process.Kill();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, said.ToString());
        Assert.Equal(
            Enumerable.Range(0, Records).Select(n => (n, Megabytes << 20)),
            TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Select(r => (int.Parse(Encoding.UTF8.GetString(r.Message.Key), CultureInfo.InvariantCulture), TextLength(r.Message.Value))).Order());
        Console.WriteLine($"{Records} records of {Megabytes} MB took {resident >> 20} MB of memory at most");
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    private Process Start(SpecFile spec, StringBuilder said)
    {
        var start = new ProcessStartInfo(Repository.Command, ["run", spec.Path, "--bootstrap", broker.Bootstrap, "--data-dir", spec.DataDirectory, "--until-end"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = (HeapMegabytes << 20).ToString("X", CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static long Resident(Process process)
    {
        process.Refresh();
        return process.HasExited ? 0 : process.WorkingSet64;
    }

    private static int TextLength(byte[] json) => Encoding.UTF8.GetString(json).Count(c => c == 'z');

    private void Create(string mark)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();
        var large = new Dictionary<string, string> { ["max.message.bytes"] = $"{16 << 20}" };
        admin.CreateTopicsAsync([
            new TopicSpecification { Name = $"large-{mark}", NumPartitions = Partitions, ReplicationFactor = 1, Configs = large },
            new TopicSpecification { Name = $"out-{mark}", NumPartitions = 1, ReplicationFactor = 1, Configs = large },
        ]).GetAwaiter().GetResult();
    }

    private void Produce(string mark)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = broker.Bootstrap, MessageMaxBytes = 16 << 20 }).Build();
        var text = new string('z', Megabytes << 20);
        for (var n = 0; n < Records; n++)
        {
            var value = Encoding.UTF8.GetBytes($$"""{"id":{{n}},"ts":{{1_700_000_000_000 + n}},"text":"{{text}}"}""");
            producer.ProduceAsync(new TopicPartition($"large-{mark}", n % Partitions), new Message<byte[], byte[]> { Value = value }).GetAwaiter().GetResult();
        }
    }

    private static string Spec(string mark) => $$"""
        job: large-{{mark}}
        sources:
          rows:
            topic: large-{{mark}}
            fields: { id: long, ts: timestamp_ms, text: string }
            event_time: ts
        steps:
          - from: rows
          - key: id
          - rolling: { n: count() over 30d }
          - to: { topic: out-{{mark}}, key: id, fields: [id, text] }
        """;
}
