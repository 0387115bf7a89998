using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;
using StreamGrains.Contracts.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>
/// Brings the slots of one job to where they should be: each runs somewhere, evenly spread, one move at a time. Owner: the job's grain, in its turns.
/// </summary>
internal sealed partial class SlotKeeper(string job, ClusterView cluster, IGrainFactory grains, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly SortedDictionary<int, SlotStanding> standings = [];
    private readonly StandbyKeeper standbys = new(job, grains, logger);
    private IReadOnlyList<SiloAddress> silos = [];
    private long silosChangedAt;

    /// <summary>One look at all slots; whatever does not answer is looked at again the next time.</summary>
    public async Task Keep(SlotOrder order, int slots)
    {
        // 1 What was on a silo that is gone is nowhere.
        LookAtSilos();
        foreach (var slot in standings.Where(s => !silos.Contains(s.Value.Silo)).Select(s => s.Key).ToList()) standings.Remove(slot);
        if (silos.Count == 0) return;
        if (order.Standby > 0) await standbys.Find(order, slots, silos);

        // 2 Every slot is asked to run; one that is nowhere gets a place first.
        var places = await Places(slots);
        await Task.WhenAll(Enumerable.Range(0, slots).Select(slot => Ask(slot, order, places.GetValueOrDefault(slot))));

        // 3 With all of them at work and the cluster at rest, one may move.
        var steady = standings.Count == slots && standings.Values.All(s => s.Phase == SlotPhase.Running) && time.GetElapsedTime(silosChangedAt) >= Settle;
        if (steady && SlotBalance.NextMove(silos, standings.ToDictionary(s => s.Key, s => s.Value.Silo), await cluster.Loads(silos)) is { } move) await Move(move.Slot, move.To, order);

        // 4 Copies follow slots that run.
        if (order.Standby > 0) await standbys.Keep(order, standings.ToDictionary(s => s.Key, s => s.Value.Silo), silos);
    }

    /// <summary>The warm copy of a slot; null while there is none.</summary>
    public StandbyStatus? Standby(int slot) => standbys.Status(slot);

    /// <summary>Lets all slots go. Completes when they have left.</summary>
    public async Task StopAll(int slots)
    {
        await standbys.StopAll();
        await Task.WhenAll(Enumerable.Range(0, slots).Select(slot => Partition(slot).Stop()));
        standings.Clear();
    }

    /// <summary>Every slot, and what it says of itself; null for one that does not answer.</summary>
    public Task<SlotDetail?[]> Details(int slots) => Task.WhenAll(Enumerable.Range(0, slots).Select(Detail));

    /// <summary>What each of these slots keeps for a key; one that is nowhere or does not answer is on its way.</summary>
    public Task<Answer<QueryAnswer>[]> Find(IEnumerable<int> slots, string key) => Task.WhenAll(slots.Select(async slot =>
        (standings.ContainsKey(slot) ? await Quietly(() => Partition(slot).Find(key)) : null) ?? QueryAnswer.Moving));

    /// <summary>What the job said on each silo that has a slot of it.</summary>
    public async Task<IEnumerable<JobLogLine>> Log(long after, int most)
    {
        var spokesmen = standings.GroupBy(s => s.Value.Silo).Select(g => g.First().Key).ToList();
        var lines = await Task.WhenAll(spokesmen.Select(slot => Quietly(() => Partition(slot).Log(after, most))));
        return lines.SelectMany(l => l ?? []).OrderBy(l => l.At).TakeLast(most);
    }

    private void LookAtSilos()
    {
        var now = cluster.Silos();
        if (now.SequenceEqual(silos)) return;
        (silos, silosChangedAt) = (now, time.GetTimestamp());
    }

    private async Task<Dictionary<int, SiloAddress>> Places(int slots)
    {
        var places = new Dictionary<int, SiloAddress>();
        var unplaced = Enumerable.Range(0, slots).Where(s => !standings.ContainsKey(s)).ToList();
        if (unplaced.Count == 0) return places;
        var loads = (await cluster.Loads(silos)).ToDictionary();
        foreach (var slot in unplaced)
        {
            // Where its state is warm it goes on at once.
            var warm = standbys.SiloOf(slot) is { } silo && silos.Contains(silo) ? silo : null;
            var place = warm ?? SlotBalance.Place(silos, standings.Values.Select(s => s.Silo).Concat(places.Values), loads)!;
            places[slot] = place;
            loads[place] = loads.GetValueOrDefault(place) + 1;
        }
        return places;
    }

    private async Task Ask(int slot, SlotOrder order, SiloAddress? place)
    {
        // The hint counts only where the grain is not active yet.
        if (place is not null) RequestContext.Set(IPlacementDirector.PlacementHintKey, place);
        var standing = await Quietly(() => Partition(slot).Run(order));
        if (standing is null) return;
        if (place is not null) LogPlaced(job, slot, standing.Silo);
        if (standing.Problem is { } problem && problem != standings.GetValueOrDefault(slot)?.Problem) LogCannotRun(job, slot, standing.Silo, problem);
        standings[slot] = standing;
    }

    private async Task Move(int slot, SiloAddress target, SlotOrder order)
    {
        LogMoving(job, slot, standings[slot].Silo, target);
        await Quietly(async () =>
        {
            await Partition(slot).Move(target);
            return this;
        });
        // The call waits until the slot has left the one silo and is active on the other.
        await Ask(slot, order, place: null);
    }

    private async Task<SlotDetail?> Detail(int slot) => standings.ContainsKey(slot) ? await Quietly(() => Partition(slot).Status()) : null;

    private Task<T?> Quietly<T>(Func<Task<T>> call)
        where T : class => GrainCall.Quietly(call, reason => LogNoAnswer(job, reason));

    private IPartitionGrain Partition(int slot) => grains.GetGrain<IPartitionGrain>(new SlotKey(job, slot).ToString());
}
