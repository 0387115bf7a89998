using Orleans.Runtime.Placement;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Grains.Streams;

namespace StreamGrains.Grains;

/// <summary>
/// A shell: makes its silo's job host run a slot, and let go of it when the activation ends, for whatever reason. Owns nothing that must survive; the slot's state is in its log and
/// its snapshots. Thread: its grain's turns.
/// </summary>
[KeepAlive]
internal sealed class PartitionGrain(JobHost host, StreamRelays relays, PlanCache plans, ILocalSiloDetails silo) : Grain, IPartitionGrain, IShownSlot
{
    private SlotKey key;
    private int run;
    private string? problem;

    public override Task OnActivateAsync(CancellationToken cancel)
    {
        key = SlotKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancel) => Leave().WaitAsync(cancel);

    public async Task<SlotStanding> Run(SlotOrder order)
    {
        if (order.Run >= run) await Take(order);
        var phase = problem is null ? Own()?.Phase ?? SlotPhase.Opening : SlotPhase.Failed;
        return new SlotStanding(silo.SiloAddress, phase, problem);
    }

    public async Task Stop()
    {
        await Leave();
        DeactivateOnIdle();
    }

    public Task Move(SiloAddress target)
    {
        if (target.Equals(silo.SiloAddress)) return Task.CompletedTask;
        RequestContext.Set(IPlacementDirector.PlacementHintKey, target);
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public Task<SlotDetail> Status()
    {
        var report = host.Report(key.Job);
        var slot = Own(report) ?? (problem is null ? null : new SlotStatus(key.Slot, SlotPhase.Failed, silo.Name, 0, null, null));
        return Task.FromResult(new SlotDetail(slot, [.. report.Partitions.Where(p => p.Slot == key.Slot)]));
    }

    public async Task<Dictionary<string, string>> GetState() => Shown.Of(await Status());

    public Task<Answer<QueryAnswer>> Find(string key) => host.Find(this.key.Job, this.key.Slot, key);

    public Task<JobLogLine[]> Log(long after, int most) => Task.FromResult(host.Log(key.Job, after, most).ToArray());

    private async Task Take(SlotOrder order)
    {
        try
        {
            var plan = await plans.Of(key.Job, order);
            // Also when it runs already: the host lets all slots of a job go when it is told of a later run.
            host.Take(plan, order.Run, key.Slot);
            await relays.Start(plan, order.Run, key.Slot);
            (run, problem) = (order.Run, null);
        }
        catch (Exception failure) when (failure is JobFailed or IOException or InvalidDataException)
        {
            problem = failure.Message;
        }
    }

    private Task Leave() => Task.WhenAll(host.Release(key.Job, key.Slot), relays.Stop(key));

    private SlotStatus? Own() => Own(host.Report(key.Job));

    private SlotStatus? Own(JobReport report) => report.Slots.FirstOrDefault(s => s.Slot == key.Slot);
}
