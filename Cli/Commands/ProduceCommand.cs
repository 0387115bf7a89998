using System.CommandLine;
using System.Diagnostics;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Loading;
using StreamGrains.Cli.Terminal;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Commands;

/// <summary><c>produce</c>: loads a file into a topic.</summary>
internal static class ProduceCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "FILE.csv or FILE.jsonl, plain or .gz; CSV rows become JSON objects, JSON lines stay as they are" };
        var bootstrap = Shared.Bootstrap();
        var topic = new Option<string>("--topic", "-t") { Description = "Topic to load into; created when it is missing", HelpName = "TOPIC", Required = true };
        var key = new Option<string>("--key") { Description = "Field whose text becomes the record's key [default: no key]", HelpName = "FIELD" };
        var time = new Option<string>("--time") { Description = "Field with the event time, which becomes the record's timestamp: ISO 8601, or seconds or milliseconds since the epoch [default: now]", HelpName = "FIELD" };
        var rate = new Option<double?>("--rate") { Description = "Records per second [default: as fast as it goes]", HelpName = "R" };
        var partitions = new Option<int>("--partitions") { Description = "Partitions of the topic when it is created", HelpName = "N", DefaultValueFactory = _ => 4 };
        var kafka = Shared.Kafka();
        rate.Validators.Add(r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<double?>() is not > 0) r.AddError("--rate is more than 0 records per second"); });
        partitions.Validators.Add(r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<int>() < 1) r.AddError("--partitions is at least 1"); });
        var command = new Command("produce", "Loads a file into a topic; keys land in the partitions that Java clients choose (murmur2)") { file, bootstrap, topic, key, time, rate, partitions, kafka.Setting, kafka.File };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var records = RecordFile.Open(parsed.GetValue(file)!, parsed.GetValue(key), parsed.GetValue(time));
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap)!);
            EnsureTopic(admin, parsed.GetValue(topic)!, parsed.GetValue(partitions), stop.Token);
            return Load(records, admin.Settings, parsed.GetValue(topic)!, parsed.GetValue(rate), stop.Token);
        });
        return command;
    }

    private static void EnsureTopic(KafkaAdmin admin, string topic, int partitions, CancellationToken stop)
    {
        if (admin.Topics(JobTopics.Patience, Report.Notice, stop).ContainsKey(topic)) return;
        admin.Create(new TopicNeed(topic, partitions, new Dictionary<string, string>()));
        Report.Notice($"created topic '{topic}' with {Figure.Of(partitions, "partition")}");
    }

    private static int Load(RecordFile records, KafkaSettings settings, string topic, double? rate, CancellationToken stop)
    {
        using var producer = new BulkProducer(settings, topic);
        var pace = rate is { } perSecond ? new Pace(perSecond) : null;
        var start = Stopwatch.GetTimestamp();
        var complete = true;
        LoadProgress.Show(() => (records.Progress, producer.Count), () =>
        {
            try
            {
                while (records.Read())
                {
                    if (pace?.Early(producer.Count) > 0)
                    {
                        producer.Send(stop);
                        pace.Wait(producer.Count, stop);
                    }
                    stop.ThrowIfCancellationRequested();
                    producer.Add(records.Key, records.HasKey, records.Value, records.Time, stop);
                }
            }
            catch (OperationCanceledException)
            {
                complete = false;
            }
            finally
            {
                producer.Flush(TimeSpan.FromSeconds(60));
            }
        });
        var took = Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"{Figure.Of(producer.Count, "record")} in topic '{topic}' in {Figure.Took(took)} ({Figure.Count(producer.Count / Math.Max(1e-3, took.TotalSeconds))}/s)");
        return complete ? ExitCode.Ok : Report.Failure("stopped before the end of the file", ExitCode.Stopped);
    }
}
