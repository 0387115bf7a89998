using StreamGrains.Chaos.Cluster;

namespace StreamGrains.Chaos.Faults;

/// <summary>A worker's connection to a broker fails in the middle of a certain request.</summary>
internal sealed class ConnectionCut(string request, ApiKey[] keys, Cut cut) : IFault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static readonly (string Name, ApiKey[] Keys)[] Requests =
    [
        ("EndTxn", [ApiKey.EndTxn]),
        ("offsets to transaction", [ApiKey.AddOffsetsToTxn, ApiKey.TxnOffsetCommit]),
        ("Fetch", [ApiKey.Fetch]),
    ];

    public string Kind => cut switch
    {
        Cut.Before => $"cut before {request}",
        Cut.After => $"cut before the reply to {request}",
        Cut.Late => $"{request} arrives late",
        Cut.Delay => $"reply to {request} delayed",
        _ => $"half-open at {request}",
    };

    public void Happen(ChaosWorld world, Random random)
    {
        var hold = TimeSpan.FromSeconds(cut switch
        {
            Cut.Late => 0.2 + 3 * random.NextDouble(),
            Cut.Delay => 0.5 + 7 * random.NextDouble(),
            _ => 1,
        });
        var trap = world.Interceptor.Arm(cut, hold, keys);
        if (!world.WaitFor(() => trap.Caught.Task.IsCompleted, Patience))
        {
            world.Interceptor.Disarm();
            world.Tally.Fail($"{Kind}: no such request came within {Patience.TotalSeconds:0} s");
            return;
        }
        world.AwaitRecovery(world.Begin(Kind));
    }
}
