using StreamGrains.Engine.Commit;

namespace StreamGrains.Runtime.Lanes;

/// <summary>The state of a slot that another process runs, kept warm here. Owner: a <see cref="SlotState"/>, on the lane's thread.</summary>
internal sealed class WarmCopy : IDisposable
{
    private const int EveryMs = 100;

    private long nextAt;
    private bool listening;

    /// <summary>The copy; null while there is no state yet.</summary>
    public Standby? Standby { get; private set; }

    /// <summary>Its processors.</summary>
    public IReadOnlyList<ProcessorRun> Runs => Standby?.Runs ?? [];

    /// <summary>Whether to ask now what the owner has committed; <see cref="Heard"/> follows.</summary>
    public bool Asks(long now)
    {
        if (listening || now < nextAt) return false;
        (listening, nextAt) = (true, now + EveryMs);
        return true;
    }

    /// <summary>The answer. True when the copy is there for the first time.</summary>
    public bool Heard(Standby? found)
    {
        listening = false;
        var first = Standby is null && found is not null;
        Standby = found;
        return first;
    }

    /// <summary>Frees what no slot has taken over.</summary>
    public void Dispose()
    {
        Standby?.Dispose();
        Standby = null;
    }
}
