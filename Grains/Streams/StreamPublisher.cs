using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Grains.Streams;

/// <summary>Publishes to the streams that an outbox goes to. Any thread.</summary>
internal sealed class StreamPublisher(IServiceProvider services, OutboxPlan outbox)
{
    /// <summary>Completes when the provider has taken the record. Throws whatever the provider throws, and <see cref="InvalidOperationException"/> when the silo has none of that name.</summary>
    public Task Publish(OutboxRecord record)
    {
        var provider = services.GetKeyedService<IStreamProvider>(outbox.Target.Provider)
            ?? throw new InvalidOperationException($"the silo has no stream provider '{outbox.Target.Provider}'");
        var stream = provider.GetStream<JobResult>(StreamId.Create(outbox.Target.Namespace, record.Key));
        return stream.OnNextAsync(new JobResult(record.Key, record.Value, EventTime.Nearest(record.TimeMs), outbox.Topic, record.Partition, record.Offset));
    }
}
