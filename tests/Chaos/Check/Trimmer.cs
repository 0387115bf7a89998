using Confluent.Kafka;
using StreamGrains.Chaos.Cluster;

namespace StreamGrains.Chaos.Check;

/// <summary>
/// Keeps the disk bounded: deletes results that have been checked, and events that have been checked and that no recovery of the job needs. Owner: its own thread.
/// </summary>
internal sealed class Trimmer : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;

    public Trimmer(ClusterAdmin admin, Checker checker)
    {
        thread = new Thread(() =>
        {
            while (!stop.Token.WaitHandle.WaitOne(Every)) admin.DeleteBefore([.. Done(checker)]);
        }) { IsBackground = true, Name = "trimmer" };
        thread.Start();
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
    }

    private static IEnumerable<TopicPartitionOffset> Done(Checker checker)
    {
        for (var p = 0; p < Topics.Partitions; p++)
        {
            foreach (var topic in new[] { Topics.Early, Topics.Final, Topics.Rejected })
                if (checker.Position(new TopicPartition(topic, p)) is > 0 and var read) yield return new TopicPartitionOffset(topic, p, read);
            var needed = Math.Min(checker.Journal.NeededFrom(p), checker.Position(new TopicPartition(Topics.Ledger, p)));
            if (needed > 0) yield return new TopicPartitionOffset(Topics.Ledger, p, needed);
        }
    }
}
