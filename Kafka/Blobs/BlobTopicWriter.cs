using Confluent.Kafka;

namespace StreamGrains.Kafka.Blobs;

/// <summary>
/// Sends records to the snapshot topic and waits until all replicas in sync have them, in the order that they were sent in. Any thread.
/// </summary>
internal sealed class BlobTopicWriter(KafkaSettings settings, string topic, TimeSpan patience) : IDisposable
{
    private const int MostInFlight = 8;

    private readonly Lock gate = new();
    private readonly List<IProducer<byte[], byte[]>> producers = [];
    private bool usable;

    /// <summary>
    /// Sends records one behind the other; returns the offsets of the first and the last, 0 without records. Throws <see cref="KafkaException"/> when one does not arrive.
    /// </summary>
    public async Task<(long First, long Last)> Send(int partition, IEnumerable<(byte[] Key, byte[]? Value)> records)
    {
        var producer = Producer();
        var flying = new Queue<Task<DeliveryResult<byte[], byte[]>>>();
        long? first = null;
        var last = 0L;
        try
        {
            foreach (var (key, value) in records)
            {
                if (flying.Count == MostInFlight) await Landed().ConfigureAwait(false);
                flying.Enqueue(producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Key = key, Value = value! }));
            }
            while (flying.Count > 0) await Landed().ConfigureAwait(false);
            return (first ?? 0, last);
        }
        catch (KafkaException failure)
        {
            // The others fail likewise or arrive; nobody waits for them.
            foreach (var rest in flying) _ = rest.ContinueWith(t => t.Exception, TaskScheduler.Default);
            if (failure.Error.IsFatal) Retire(producer);
            throw;
        }

        async Task Landed()
        {
            last = (await flying.Dequeue().ConfigureAwait(false)).Offset.Value;
            first ??= last;
        }
    }

    public void Dispose()
    {
        foreach (var producer in producers) new BoundedClient<IProducer<byte[], byte[]>>(producer).Dispose();
    }

    private IProducer<byte[], byte[]> Producer()
    {
        lock (gate)
        {
            if (!usable) producers.Add(new ProducerBuilder<byte[], byte[]>(settings.Blobs(patience)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
            usable = true;
            return producers[^1];
        }
    }

    /// <summary>After a fatal error a client sends nothing more. It is kept to the end: disposed earlier, it would leave others waiting for their records.</summary>
    private void Retire(IProducer<byte[], byte[]> producer)
    {
        lock (gate)
            if (producers[^1] == producer) usable = false;
    }
}
