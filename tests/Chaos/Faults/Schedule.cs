using StreamGrains.Chaos.Cluster;

namespace StreamGrains.Chaos.Faults;

/// <summary>One fault of a schedule.</summary>
/// <param name="After">Time from when the one before is over.</param>
/// <param name="Fault">What happens.</param>
/// <param name="Seed">Of everything about it that is left to chance.</param>
internal sealed record PlannedFault(TimeSpan After, IFault Fault, int Seed);

/// <summary>
/// An endless row of faults that follows from the seed alone. They are dealt like cards: every deck has each kind, some several times, in an order of its own.
/// </summary>
internal static class Schedule
{
    private const int KillsInDeck = 5;

    public static IEnumerable<PlannedFault> Of(int seed, string directory)
    {
        var random = new Random(seed);
        while (true)
        {
            var deck = Deck(random, directory).ToArray();
            random.Shuffle(deck);
            foreach (var fault in deck) yield return new PlannedFault(TimeSpan.FromSeconds(2 * random.NextDouble()), fault, random.Next());
        }
    }

    private static IEnumerable<IFault> Deck(Random random, string directory)
    {
        for (var i = 0; i < KillsInDeck; i++) yield return new WorkerKill();
        yield return new WorkerZombie();
        yield return new WorkerPause();
        yield return new SecondOwner();
        yield return new RollingRestart();
        yield return new BrokerKill();
        yield return new BrokerPause();
        yield return new LeadersMoved(directory);
        yield return new DataDeleted();
        yield return new SnapshotDamage();
        yield return new DiskFull();
        foreach (var (name, keys) in ConnectionCut.Requests) yield return new ConnectionCut(name, keys, Any(random));
        // The commit is where most can go wrong.
        yield return new ConnectionCut(ConnectionCut.Requests[0].Name, ConnectionCut.Requests[0].Keys, Any(random));
    }

    private static Cut Any(Random random) => (Cut)random.Next(Enum.GetValues<Cut>().Length);
}
