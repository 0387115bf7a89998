using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>Repeats a request until it is answered with something that time does not change, or the call's time is over.</summary>
internal sealed class Requests(ClientWorld world, string who)
{
    private readonly string by = $"{who} ";

    /// <summary>Counts up when what is on its way is wanted no longer: nothing is sent again then.</summary>
    public int Purged { get; set; }

    /// <summary>A connection broke under a request: it was sent again, and the first may arrive much later.</summary>
    public bool Shaken { get; set; }

    /// <summary>The answer, or that there was none within <paramref name="timeout"/> microseconds. Only the first sending meets the given mishap.</summary>
    public async ValueTask<(bool InTime, Reply<T> Reply)> Ask<T>(What what, long timeout, Func<Reply<T>> serve, Mishap mishap = Mishap.None)
    {
        var network = world.Network;
        var deadline = network.Scheduler.Now + timeout;
        var purged = Purged;
        if (mishap == Mishap.None && network.Faults.Strike(Fault.RequestUnanswered)) mishap = network.Rng.Next(2) == 0 ? Mishap.Unanswered : Mishap.Late;
        while (true)
        {
            if (purged != Purged) return (false, default);
            var answer = await network.Call(world.Process, world.Name, what with { Who = by }, deadline, () => network.Faults.Strike(Fault.StaleMetadata) ? new(Code.NotLeader, default!) : serve(), mishap);
            mishap = Mishap.None;
            Shaken |= answer.Fate == Fate.Lost;
            if (answer.Fate == Fate.TimedOut) return (false, default);
            if (answer.Fate == Fate.Answered && answer.Value.Code is not (Code.NotLeader or Code.ConcurrentTransactions)) return (true, answer.Value);
            if (network.Scheduler.Now >= deadline) return (false, default);
            await network.Scheduler.Delay(network.Rng.Range(1_000, 15_000), world.Process);
        }
    }
}
