using Confluent.Kafka;

namespace StreamGrains.Chaos.Check;

/// <summary>Reads a sink from now on, committed records only, for its recovery clock; what they say is not looked at. Owner: its own thread.</summary>
internal sealed class SinkWatch : IDisposable
{
    private readonly IConsumer<Ignore, Ignore> consumer;
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;

    public SinkWatch(string bootstrap, string topic)
    {
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "chaos-watch", IsolationLevel = IsolationLevel.ReadCommitted, EnableAutoCommit = false, FetchWaitMaxMs = 20 };
        consumer = new ConsumerBuilder<Ignore, Ignore>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Topics.Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.End)));
        thread = new Thread(Run) { IsBackground = true, Name = "watch" };
        thread.Start();
    }

    public RecoveryClock Clock { get; } = new(Topics.Partitions);

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        consumer.Dispose();
        stop.Dispose();
    }

    private void Run()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (consumer.Consume(100) is { } record) Clock.Saw(record.Partition.Value, record.Message.Timestamp.UnixTimestampMs);
            }
            catch (ConsumeException)
            {
                // A broker that is away comes back, and the client goes on by itself.
            }
        }
    }
}
