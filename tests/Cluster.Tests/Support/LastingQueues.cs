using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>
/// Stream queues that outlive the silos of a test, as a queue service does: what a silo took and did not acknowledge comes again at whoever reads the queue next.
/// </summary>
internal sealed class LastingQueues
{
    private const int Queues = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<QueueId, SortedDictionary<long, LastingBatch>> waiting = [];
    private long last;

    /// <summary>While set, the queues take nothing.</summary>
    public volatile bool Down;

    /// <summary>How often something was turned away.</summary>
    public int Refused;

    /// <summary>How many of the next events are taken without whoever publishes them learning of it.</summary>
    public int LostAnswers;

    /// <summary>Adds them to a silo as a stream provider.</summary>
    public void AddTo(ISiloBuilder silo, string name) => silo.AddPersistentStreams(
        name, (services, provider) => new Factory(this, provider, services.GetRequiredService<ILoggerFactory>()), streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly));

    private void Add(QueueId queue, StreamId stream, object[] events)
    {
        lock (gate)
        {
            if (Down)
            {
                Refused++;
                throw new IOException("the queue is down");
            }
            last++;
            Of(queue)[last] = new LastingBatch(stream, last, events);
            if (LostAnswers-- > 0) throw new TimeoutException("no answer");
        }
    }

    private List<IBatchContainer> After(QueueId queue, long number, int most)
    {
        lock (gate) return [.. Of(queue).Where(b => b.Key > number).Take(most).Select(b => b.Value)];
    }

    private void Remove(QueueId queue, IEnumerable<IBatchContainer> batches)
    {
        lock (gate)
            foreach (var batch in batches.Cast<LastingBatch>()) Of(queue).Remove(batch.Number);
    }

    private SortedDictionary<long, LastingBatch> Of(QueueId queue) => waiting.TryGetValue(queue, out var batches) ? batches : waiting[queue] = [];

    private sealed class Factory(LastingQueues queues, string name, ILoggerFactory loggers) : IQueueAdapterFactory, IQueueAdapter
    {
        private readonly HashRingBasedStreamQueueMapper mapper = new(new HashRingStreamQueueMapperOptions { TotalQueueCount = Queues }, name);
        private readonly SimpleQueueAdapterCache cache = new(new SimpleQueueCacheOptions(), name, loggers);

        public string Name => name;

        public bool IsRewindable => false;

        public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

        public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

        public IQueueAdapterCache GetQueueAdapterCache() => cache;

        public IStreamQueueMapper GetStreamQueueMapper() => mapper;

        public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

        public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new Receiver(queues, queueId);

        public async Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext)
        {
            await Task.Yield();
            queues.Add(mapper.GetQueueForStream(streamId), streamId, [.. events.Cast<object>()]);
        }
    }

    private sealed class Receiver(LastingQueues queues, QueueId queue) : IQueueAdapterReceiver
    {
        private long taken;

        public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

        public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
        {
            var batches = queues.After(queue, taken, Math.Clamp(maxCount, 1, 100));
            if (batches.Count > 0) taken = ((LastingBatch)batches[^1]).Number;
            return Task.FromResult<IList<IBatchContainer>>(batches);
        }

        public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
        {
            queues.Remove(queue, messages);
            return Task.CompletedTask;
        }

        public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
    }
}

/// <summary>Events that were published together.</summary>
[GenerateSerializer, Immutable, Alias("StreamGrains.Tests.LastingBatch")]
internal sealed class LastingBatch(StreamId streamId, long number, object[] events) : IBatchContainer
{
    [Id(0)]
    public StreamId StreamId { get; } = streamId;

    [Id(1)]
    public long Number { get; } = number;

    [Id(2)]
    public object[] Events { get; } = events;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Number);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => Events.OfType<T>().Select((e, i) => Tuple.Create<T, StreamSequenceToken>(e, new EventSequenceTokenV2(Number, i)));

    public bool ImportRequestContext() => false;
}
