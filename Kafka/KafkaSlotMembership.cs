using Confluent.Kafka;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>
/// Membership by a Kafka consumer group, <c>{job}.members</c>: members subscribe to the journal topic, and to be assigned partition s is to run slot s. Partitions move
/// cooperatively (KIP-429), so slots that stay are not disturbed. Nothing is read through it, and no offset is committed.
/// </summary>
public sealed class KafkaSlotMembership(JobPlan job, KafkaSettings settings) : ISlotMembership
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100), GoodbyePatience = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public void Run(ISlotOrders slots, CancellationToken stop)
    {
        var moved = false;
        using var client = new BoundedClient<IConsumer<Ignore, Ignore>>(new ConsumerBuilder<Ignore, Ignore>(settings.Members(job))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .SetPartitionsAssignedHandler((_, partitions) =>
            {
                moved = true;
                foreach (var partition in partitions) slots.Take(partition.Partition.Value);
            })
            .SetPartitionsRevokedHandler((_, partitions) => slots.Release(Slots(partitions)))
            .SetPartitionsLostHandler((_, partitions) => slots.Lose(Slots(partitions)))
            .Build());
        var consumer = client.Client;
        consumer.Subscribe(job.JournalTopic);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                consumer.Consume(Wait);
                if (moved) consumer.Pause(consumer.Assignment);
                moved = false;
            }
            catch (ConsumeException failure)
            {
                KafkaErrors.ThrowIfHopeless(failure.Error, $"taking part in group '{job.Name}.members'");
            }
        }
        // Gives up what it has, and tells the others. They learn it in time even if they are not told.
        client.TryCall(Close, GoodbyePatience, null, CancellationToken.None, out _);
    }

    private static bool Close(IConsumer<Ignore, Ignore> consumer)
    {
        consumer.Close();
        return true;
    }

    private static List<int> Slots(IEnumerable<TopicPartitionOffset> partitions) => [.. partitions.Select(p => p.Partition.Value)];
}
