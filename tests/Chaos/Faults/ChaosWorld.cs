using StreamGrains.Chaos.Check;
using StreamGrains.Chaos.Cluster;
using StreamGrains.Chaos.Workers;

namespace StreamGrains.Chaos.Faults;

/// <summary>All that a fault may lay its hands on. Owner: the run's thread.</summary>
internal sealed record ChaosWorld(
    BrokerCluster Brokers, ClusterAdmin Admin, WorkerSet Workers, Checker Checker, Interceptor Interceptor, DataDirectory Data, Tally Tally, CancellationToken Stop)
{
    /// <summary>The workers' transaction timeout.</summary>
    public static readonly TimeSpan TransactionTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>A fault has happened just now.</summary>
    public Recovery Begin(string kind) => Checker.Clock.Begin(kind);

    /// <summary>Waits until results of every slot come again; replaces workers that should not have ended.</summary>
    public void AwaitRecovery(Recovery recovery)
    {
        for (var end = DateTime.UtcNow + Patience; DateTime.UtcNow < end;)
        {
            Stop.ThrowIfCancellationRequested();
            if (Checker.Clock.Wait(recovery, TimeSpan.FromMilliseconds(500))) return;
            Workers.Replenish();
        }
        Tally.Fail($"{recovery.Kind}: after {Patience.TotalSeconds:0} s there are not new results of every slot");
    }

    /// <summary>Waits; throws when the run is stopped.</summary>
    public void Pause(TimeSpan time)
    {
        if (time > TimeSpan.Zero) Stop.WaitHandle.WaitOne(time);
        Stop.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for something. False when it does not come within <paramref name="patience"/>.</summary>
    public bool WaitFor(Func<bool> holds, TimeSpan patience)
    {
        for (var end = DateTime.UtcNow + patience; DateTime.UtcNow < end; Pause(TimeSpan.FromMilliseconds(50)))
            if (holds()) return true;
        return false;
    }

    /// <summary>The worker must end with this code, saying these words.</summary>
    public void MustEnd(Worker worker, int code, string words, string kind)
    {
        var patience = TimeSpan.FromSeconds(45);
        if (!WaitFor(() => worker.HasExited, patience))
        {
            Tally.Fail($"{kind}: worker {worker.Number} still runs after {patience.TotalSeconds:0} s and should have ended with code {code}");
            worker.Kill();
            return;
        }
        worker.WaitForEnd(patience);
        if (worker.ExitCode != code || !worker.Said(words))
            Tally.Fail($"{kind}: worker {worker.Number} ended with code {worker.ExitCode} and should have ended with {code} and the words '{words}': {worker.LastMessage}");
    }
}

/// <summary>Something that goes wrong. It happens, is seen through, and leaves the world whole.</summary>
internal interface IFault
{
    /// <summary>As the table calls it.</summary>
    string Kind { get; }

    /// <summary>Why it cannot happen here, or null.</summary>
    string? Impossible(ChaosWorld world) => null;

    /// <summary>Makes it happen; what is left to chance comes from <paramref name="random"/> alone.</summary>
    void Happen(ChaosWorld world, Random random);
}
