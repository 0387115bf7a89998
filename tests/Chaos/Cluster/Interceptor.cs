namespace StreamGrains.Chaos.Cluster;

/// <summary>Numbers of requests in Kafka's protocol.</summary>
internal enum ApiKey : short
{
    Produce = 0,
    Fetch = 1,
    AddPartitionsToTxn = 24,
    AddOffsetsToTxn = 25,
    EndTxn = 26,
    TxnOffsetCommit = 28,
}

/// <summary>What happens to the connection that an awaited request comes on.</summary>
internal enum Cut
{
    /// <summary>Closed; the broker never sees the request.</summary>
    Before,

    /// <summary>The broker gets the request; the client's side is closed before the reply.</summary>
    After,

    /// <summary>The client's side is closed; the broker gets the request some time later, when the client has long gone on.</summary>
    Late,

    /// <summary>The reply, and all behind it, is held back for a while.</summary>
    Delay,

    /// <summary>Stays open and carries nothing any more, in either direction.</summary>
    HalfOpen,
}

/// <summary>Waits for one request of a kind, on any proxy, and says what to do about it. Any thread.</summary>
internal sealed class Interceptor
{
    private volatile Trap? armed;

    /// <summary>Sets a trap for the next request with one of the keys; one at a time. The trap tells when a request has gone into it.</summary>
    public Trap Arm(Cut cut, TimeSpan hold, params IReadOnlyList<ApiKey> keys) => armed = new Trap(cut, hold, keys);

    /// <summary>No trap any more.</summary>
    public void Disarm() => armed = null;

    /// <summary>Whether a request goes into the trap. Only one does.</summary>
    public Trap? Catch(ApiKey key)
    {
        var trap = armed;
        if (trap is null || !trap.Keys.Contains(key) || Interlocked.CompareExchange(ref armed, null, trap) != trap) return null;
        trap.Caught.TrySetResult(key);
        return trap;
    }
}

/// <summary>A trap for one request.</summary>
/// <param name="Cut">What happens then.</param>
/// <param name="Hold">How long, where that is a matter of time.</param>
/// <param name="Keys">Requests that it is for.</param>
internal sealed record Trap(Cut Cut, TimeSpan Hold, IReadOnlyList<ApiKey> Keys)
{
    /// <summary>Done when a request has been caught.</summary>
    public TaskCompletionSource<ApiKey> Caught { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
