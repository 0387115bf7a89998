using StreamGrains.Control.Supervision;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains.Streams;

/// <summary>Opens the outbox of a slot; see <see cref="IOutbox"/>.</summary>
public delegate IOutbox OpenOutbox(JobPlan job, int slot, string topic, CancellationToken giveUp);

/// <summary>
/// The relays of a silo: one for each slot that runs here and each stream that its job writes to. Two silos that both run a slot for a moment publish the same results twice, and leave none out. Any thread.
/// </summary>
public sealed class StreamRelays(IServiceProvider services, OpenOutbox open, JobHost host) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<SlotKey, (int Run, IReadOnlyList<StreamRelay> Relays)> running = [];

    /// <summary>The slot's results are to be published from here, under this plan; asking again with the same run changes nothing.</summary>
    public async Task Start(JobPlan plan, int run, int slot)
    {
        var key = new SlotKey(plan.Name, slot);
        lock (gate)
            if (running.TryGetValue(key, out var now) && now.Run >= run) return;
        await Stop(key);
        lock (gate)
            if (!running.ContainsKey(key)) running[key] = (run, [.. plan.Outboxes.Select(o => Relay(plan, slot, o))]);
    }

    /// <summary>Completes when nothing of the slot is published from here any more, or when that takes longer than it should: a provider that does not answer holds up no hand-over.</summary>
    public async Task Stop(SlotKey slot)
    {
        IReadOnlyList<StreamRelay> relays;
        lock (gate)
        {
            if (!running.Remove(slot, out var stopping)) return;
            relays = stopping.Relays;
        }
        var stopped = Task.WhenAll(relays.Select(r => r.DisposeAsync().AsTask()));
        await Task.WhenAny(stopped, Task.Delay(Patience));
    }

    public async ValueTask DisposeAsync()
    {
        List<SlotKey> all;
        lock (gate) all = [.. running.Keys];
        await Task.WhenAll(all.Select(Stop));
    }

    private StreamRelay Relay(JobPlan plan, int slot, OutboxPlan outbox)
    {
        var publisher = new StreamPublisher(services, outbox);
        return new StreamRelay(
            $"stream {outbox.Target.Namespace} of provider {outbox.Target.Provider}, slot {slot}",
            stop => open(plan, slot, outbox.Topic, stop), publisher.Publish, line => host.Say(plan.Name, line));
    }
}
