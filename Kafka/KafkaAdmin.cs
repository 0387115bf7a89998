using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>
/// A cluster as a person's commands see it: which topics there are, and what to create. Owner: one command, on its thread.
/// </summary>
public sealed class KafkaAdmin : IDisposable
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly RenewedClient<IAdminClient> client;
    private volatile string? lastError;

    /// <summary>Connects lazily. Throws <see cref="ArgumentException"/> when librdkafka does not take the settings.</summary>
    public KafkaAdmin(KafkaSettings settings)
    {
        Settings = settings;
        try
        {
            client = new(
                () => new AdminClientBuilder(settings.Admin())
                    .SetLogHandler((_, _) => { })
                    .SetErrorHandler((_, error) => lastError = error.Code == ErrorCode.Local_AllBrokersDown ? lastError : error.Reason)
                    .Build(),
                overdue => lastError = overdue);
        }
        catch (InvalidOperationException refused)
        {
            throw new ArgumentException(refused.Message, refused);
        }
    }

    /// <summary>How it connects.</summary>
    public KafkaSettings Settings { get; }

    /// <summary>Whether the cluster is librdkafka's mock, which creates and deletes nothing on demand.</summary>
    public bool IsMock => client.Call("asking for the cluster's id", Timeout, TopicMaker.IsMock);

    /// <summary>
    /// Topics and their partition counts; asking creates none. <paramref name="waiting"/> is told once when the answer takes long.
    /// Throws <see cref="ClusterUnreachable"/> when none comes within <paramref name="patience"/>.
    /// </summary>
    public IReadOnlyDictionary<string, int> Topics(TimeSpan patience, Action<string>? waiting = null, CancellationToken stop = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                return client.Call("asking for metadata", Attempt, c => c.GetMetadata(Attempt), stop).Topics.Where(t => !t.Error.IsError).ToDictionary(t => t.Topic, t => t.Partitions.Count);
            }
            catch (KafkaException failure) when (failure.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Resolve)
            {
                if (attempt == 1) waiting?.Invoke($"waiting for Kafka at {Settings.Bootstrap}");
                if (attempt * Attempt < patience) continue;
                throw new ClusterUnreachable($"Kafka at {Settings.Bootstrap} does not answer ({lastError ?? failure.Error.Reason}). Is the address right, and the broker up?", failure);
            }
            catch (KafkaException failure)
            {
                throw new JobFailed($"Kafka at {Settings.Bootstrap} refuses: {failure.Error.Reason} ({failure.Error.Code})", failure);
            }
        }
    }

    /// <summary>Creates topics that are missing and waits until they can be used. Throws <see cref="JobFailed"/> when that cannot be.</summary>
    public void Create(params IReadOnlyCollection<TopicNeed> topics) => TopicMaker.Create(client, topics);

    /// <summary>Deletes topics and waits until they are gone; one that is not there is as good. Throws <see cref="JobFailed"/> when that cannot be.</summary>
    public void Delete(IReadOnlyCollection<string> topics)
    {
        if (topics.Count == 0) return;
        try
        {
            client.Call("deleting topics", Timeout, c => c.DeleteTopicsAsync(topics, new DeleteTopicsOptions { OperationTimeout = Timeout, RequestTimeout = Timeout }).GetAwaiter().GetResult());
        }
        catch (DeleteTopicsException failure)
        {
            var failed = failure.Results.Where(r => r.Error.IsError && r.Error.Code != ErrorCode.UnknownTopicOrPart).ToList();
            if (failed.Count > 0) throw new JobFailed($"cannot delete topic '{failed[0].Topic}': {failed[0].Error.Reason}", failure);
        }
        catch (KafkaException failure)
        {
            throw new JobFailed($"cannot delete topics: {failure.Error.Reason}", failure);
        }
        for (var end = DateTime.UtcNow + Timeout; client.Call("asking for metadata", Timeout, c => c.GetMetadata(Timeout)).Topics.Any(t => topics.Contains(t.Topic)); Thread.Sleep(50))
            if (DateTime.UtcNow > end) throw new JobFailed($"topics {string.Join(", ", topics)} were deleted and are still there after {Timeout.TotalSeconds:0} s");
    }

    /// <summary>Deletes groups with their offsets; one that is not there is as good. Throws <see cref="JobFailed"/> when that cannot be.</summary>
    public void DeleteGroups(params IEnumerable<string> groups)
    {
        foreach (var group in groups)
        {
            try
            {
                client.Call("deleting a group", Timeout, c => c.DeleteGroupsAsync([group], new DeleteGroupsOptions { RequestTimeout = Timeout }).GetAwaiter().GetResult());
            }
            catch (DeleteGroupsException failure) when (failure.Results.All(r => r.Error.Code is ErrorCode.GroupIdNotFound or ErrorCode.NoError))
            {
                // Never committed, or gone already.
            }
            catch (KafkaException failure)
            {
                var reason = failure is DeleteGroupsException several ? several.Results[0].Error.Reason : failure.Error.Reason;
                throw new JobFailed($"cannot delete the offsets of group '{group}': {reason}", failure);
            }
        }
    }

    public void Dispose() => client.Dispose();
}
