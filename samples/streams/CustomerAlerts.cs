using Orleans.Streams;
using Orleans.Streams.Core;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Streams.Sample;

/// <summary>Alerts about one customer; its key is the customer's id.</summary>
[Alias("StreamGrains.Samples.ICustomerAlerts")]
public interface ICustomerAlerts : IGrainWithStringKey
{
    /// <summary>How many there were.</summary>
    [Alias("Count")]
    Task<AlertCount> Count();
}

/// <summary>Alerts about a customer.</summary>
/// <param name="Alerts">Each counted once.</param>
/// <param name="Repeated">Those that came again, and were dropped.</param>
/// <param name="LastOffset">Offset of the last one that was counted; -1 before the first.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.Samples.AlertCount")]
public sealed record AlertCount([property: Id(0)] long Alerts, [property: Id(1)] long Repeated, [property: Id(2)] long LastOffset)
{
    /// <summary>None yet.</summary>
    public AlertCount()
        : this(0, 0, -1)
    {
    }
}

/// <summary>Counts each alert about its customer once. What comes to it is at least once and in order, so an offset that is not above the last one has been counted.</summary>
[ImplicitStreamSubscription("fraud")]
public sealed class CustomerAlerts([PersistentState("alerts", CustomerAlerts.Storage)] IPersistentState<AlertCount> count)
    : Grain, ICustomerAlerts, IStreamSubscriptionObserver, IAsyncObserver<JobResult>
{
    /// <summary>Grain storage that the counts are in.</summary>
    public const string Storage = "customer-alerts";

    /// <inheritdoc/>
    public Task<AlertCount> Count() => Task.FromResult(count.State);

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<JobResult>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(JobResult item, StreamSequenceToken? token = null)
    {
        var before = count.State;
        count.State = item.Offset > before.LastOffset
            ? before with { Alerts = before.Alerts + 1, LastOffset = item.Offset }
            : before with { Repeated = before.Repeated + 1 };
        try
        {
            await count.WriteStateAsync();
        }
        catch
        {
            // The provider brings it again, and then it must count.
            count.State = before;
            throw;
        }
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
