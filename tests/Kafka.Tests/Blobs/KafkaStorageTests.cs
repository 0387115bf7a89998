using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamGrains.Kafka.Blobs;
using StreamGrains.Storage.Tests;

namespace StreamGrains.Kafka.Tests.Blobs;

/// <summary>The built command with its snapshots in Kafka.</summary>
[Collection(BrokerCollection.Name)]
public sealed class KafkaStorageTests(TestBroker broker)
{
    private const int Keys = 20_000, Partitions = 2;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private int produced;

    [Fact]
    public void A_job_that_is_killed_goes_on_from_a_snapshot_in_Kafka_and_its_results_are_right()
    {
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", Partitions);
        using var spec = new SpecFile(Spec());
        using var job = new TestJob(broker.Bootstrap, Spec(), ".");
        Produce(2 * Keys);
        using (var first = Start(spec))
        {
            using (var kafka = new KafkaBlobStore($"counts-{mark}", new KafkaSettings(broker.Bootstrap), 64_000_000))
            {
                // The store is asked once its topic, which the job makes, is there.
                Await(() => Committed(job) == produced && new BlockingStore(kafka).List($"counts-{mark}/").Count >= Partitions, first, "everything is taken and in a snapshot");
            }
            // The commits of these name the snapshots.
            Produce(Keys);
            Await(() => Committed(job) == produced, first, "what came later is taken");
            first.Kill();
        }
        Produce(Keys);

        using var last = Start(spec, "--until-end");
        var end = last.Wait();

        Assert.True(end.ExitCode == 0, end.Messages);
        var recovered = Regex.Matches(end.Messages, @"slot \d goes on after .* snapshots \S+ \((\S+) MB\), replay \S+ \((\d+) offsets\)");
        Assert.Equal(Partitions, recovered.Count);
        Assert.All(recovered, slot => Assert.True(double.Parse(slot.Groups[1].Value, CultureInfo.InvariantCulture) > 0.1, slot.Value));
        Assert.InRange(recovered.Sum(slot => int.Parse(slot.Groups[2].Value, CultureInfo.InvariantCulture)), 0, 2 * Keys);
        // Counts that go up by one each show that nothing was lost, nothing came twice, and the state was the right one.
        var counts = TestTopics.ReadCommitted(broker.Bootstrap, $"counted-{mark}")
            .Select(r => JsonDocument.Parse(r.Message.Value).RootElement)
            .GroupBy(r => r.GetProperty("key").GetInt64(), r => r.GetProperty("n").GetInt64())
            .ToDictionary(g => g.Key, g => g.ToList());
        Assert.Equal(Keys, counts.Count);
        Assert.All(counts.Values, c => Assert.Equal([1L, 2, 3, 4], c));
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    private string Spec() => $$"""
        job: counts-{{mark}}
        snapshot: { every: 500ms }
        sources:
          events:
            topic: events-{{mark}}
            key: key
            fields: { key: long, ts: timestamp_ms }
            event_time: ts
        steps:
          - from: events
          - rolling: { n: count() over 30d }
          - to: { topic: counted-{{mark}}, key: key }
        """;

    private void Produce(int events)
    {
        TestTopics.Produce(broker.Bootstrap, $"events-{mark}", Enumerable.Range(produced, events).Select(i =>
            ((string?)$"{i % Keys}", (byte[]?)Encoding.UTF8.GetBytes($"{{\"key\":{i % Keys},\"ts\":{1522540831000 + i}}}"), 1522540831000L + i)));
        produced += events;
    }

    private long Committed(TestJob job) => job.CommittedOffsets($"events-{mark}", Partitions);

    private Run Start(SpecFile spec, params string[] more) =>
        new(["run", spec.Path, "--bootstrap", broker.Bootstrap, "--data-dir", spec.DataDirectory, "--storage", "kafka:", .. more]);

    private static void Await(Func<bool> condition, Run run, string what) =>
        Eventually.True(() => run.Running && condition(), TimeSpan.FromMinutes(1), () => $"it did not come to this within a minute: {what}. {run.Messages}");

    /// <summary>One process of the command.</summary>
    private sealed class Run : IDisposable
    {
        private readonly Process process;
        private readonly StringBuilder messages = new();

        public Run(string[] arguments)
        {
            process = Process.Start(new ProcessStartInfo(Repository.Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                lock (messages) messages.AppendLine(line.Data);
            };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public bool Running => !process.HasExited;

        public string Messages
        {
            get
            {
                lock (messages) return messages.ToString();
            }
        }

        public void Kill()
        {
            process.Kill();
            process.WaitForExit();
        }

        public (int ExitCode, string Messages) Wait()
        {
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "it did not end");
            process.WaitForExit();   // until the streams have ended, too
            return (process.ExitCode, Messages);
        }

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }
}
