using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;
using StreamGrains.Contracts.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>
/// Sees to the warm copies of one job's slots: each on another silo than its slot, evenly spread. Owner: the job's <see cref="SlotKeeper"/>, in the turns of the job's grain.
/// </summary>
internal sealed partial class StandbyKeeper(string job, IGrainFactory grains, ILogger logger)
{
    private readonly SortedDictionary<int, StandbyStanding> standings = [];
    private bool looked;

    /// <summary>The silo where a slot's state is warm, or will be soon; null when there is none.</summary>
    public SiloAddress? SiloOf(int slot) => standings.GetValueOrDefault(slot)?.Silo;

    /// <summary>The warm copy of a slot for people; null while there is none.</summary>
    public StandbyStatus? Status(int slot) => standings.GetValueOrDefault(slot) is { Commits: { } commits } copy ? new StandbyStatus(copy.Name, commits, copy.Behind) : null;

    /// <summary>
    /// Finds copies of before: the job's grain may have been on the silo that is gone, and its slots are to go where their state is warm. Starts none.
    /// </summary>
    public async Task Find(SlotOrder order, int slots, IReadOnlyList<SiloAddress> silos)
    {
        if (looked) return;
        looked = true;
        var management = grains.GetGrain<IManagementGrain>(0);
        await Task.WhenAll(Enumerable.Range(0, slots).Select(async slot =>
        {
            var at = await GrainCall.Quietly(async () => new Place(await management.GetActivationAddress(Standby(slot))), LogNoAnswer);
            if (at?.Silo is not { } silo || !silos.Contains(silo)) return;
            if (await GrainCall.Quietly(() => Standby(slot).Follow(order), LogNoAnswer) is { } standing) standings[slot] = standing;
        }));
    }

    /// <summary>One look at all copies; whatever does not answer is looked at again the next time.</summary>
    /// <param name="order">What the slots run.</param>
    /// <param name="owners">Silo of each slot that runs.</param>
    /// <param name="silos">Silos that can run slots, in a fixed order.</param>
    public async Task Keep(SlotOrder order, IReadOnlyDictionary<int, SiloAddress> owners, IReadOnlyList<SiloAddress> silos)
    {
        foreach (var slot in standings.Where(s => !silos.Contains(s.Value.Silo)).Select(s => s.Key).ToList()) standings.Remove(slot);
        // Where a slot has come to its copy, the copy is the slot now.
        foreach (var slot in standings.Where(s => owners.TryGetValue(s.Key, out var owner) && owner.Equals(s.Value.Silo)).Select(s => s.Key).ToList()) await Stop(slot);
        foreach (var (slot, owner) in owners)
        {
            var place = standings.ContainsKey(slot) ? null : SlotBalance.Place([.. silos.Where(s => !s.Equals(owner))], standings.Values.Select(s => s.Silo), SlotsBy(owners));
            if (place is null && !standings.ContainsKey(slot)) continue;
            if (place is not null) RequestContext.Set(IPlacementDirector.PlacementHintKey, place);
            if (await GrainCall.Quietly(() => Standby(slot).Follow(order), LogNoAnswer) is not { } standing) continue;
            if (place is not null) LogPlaced(job, slot, standing.Silo);
            standings[slot] = standing;
        }
    }

    /// <summary>Lets all copies go.</summary>
    public async Task StopAll()
    {
        foreach (var slot in standings.Keys.ToList()) await Stop(slot);
    }

    private async Task Stop(int slot)
    {
        await GrainCall.Quietly(async () =>
        {
            await Standby(slot).Stop();
            return this;
        }, LogNoAnswer);
        standings.Remove(slot);
    }

    private static Dictionary<SiloAddress, int> SlotsBy(IReadOnlyDictionary<int, SiloAddress> owners) => owners.Values.GroupBy(o => o).ToDictionary(g => g.Key, g => g.Count());

    private IStandbyGrain Standby(int slot) => grains.GetGrain<IStandbyGrain>(new SlotKey(job, slot).ToString());

    /// <summary>Where a copy is active; nowhere when the silo is null.</summary>
    private sealed record Place(SiloAddress? Silo);

    private void LogNoAnswer(string reason) => LogNoAnswer(job, reason);

    [LoggerMessage(1, LogLevel.Information, "the state of slot {Slot} of job '{Job}' is kept warm on {Silo}")]
    private partial void LogPlaced(string job, int slot, SiloAddress silo);

    [LoggerMessage(2, LogLevel.Warning, "a warm copy of job '{Job}' did not answer: {Reason}")]
    private partial void LogNoAnswer(string job, string reason);
}
