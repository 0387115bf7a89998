using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>A shell: makes its silo's job host keep a slot's state warm, and let go of it when the activation ends. Thread: its grain's turns.</summary>
[KeepAlive]
internal sealed class StandbyGrain(JobHost host, PlanCache plans, ILocalSiloDetails silo) : Grain, IStandbyGrain
{
    private SlotKey key;
    private int run;

    public override Task OnActivateAsync(CancellationToken cancel)
    {
        key = SlotKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancel) => host.Unfollow(key.Job, key.Slot).WaitAsync(cancel);

    public async Task<StandbyStanding> Follow(SlotOrder order)
    {
        if (order.Run >= run) await Take(order);
        var report = host.Standby(key.Job, key.Slot);
        return new StandbyStanding(silo.SiloAddress, silo.Name, report?.Commits, report?.Behind ?? 0);
    }

    public Task Stop()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private async Task Take(SlotOrder order)
    {
        try
        {
            host.Follow(await plans.Of(key.Job, order), order.Run, key.Slot);
            run = order.Run;
        }
        catch (Exception failure) when (failure is JobFailed or IOException or InvalidDataException)
        {
            // The slot's owner meets the same, and says it; here it is tried again with the next look.
            host.Say(key.Job, $"the state of slot {key.Slot} cannot be kept warm here: {failure.Message}");
        }
    }
}
