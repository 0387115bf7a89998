namespace StreamGrains.Chaos.Check;

/// <summary>What was found wrong: counts, and the first few in words. Any thread.</summary>
internal sealed class Tally
{
    private const int Kept = 40;
    private readonly object gate = new();
    private readonly List<string> words = [];
    private long lost, doubled, wrong, failures;

    /// <summary>Results that must be there and are not.</summary>
    public long Lost => Interlocked.Read(ref lost);

    /// <summary>Results that are there more than once.</summary>
    public long Doubled => Interlocked.Read(ref doubled);

    /// <summary>Results that are not what the reference says, belong to no event, or are out of order.</summary>
    public long Wrong => Interlocked.Read(ref wrong);

    /// <summary>Anything else that must not be: a worker that ended by itself, a fault that did not do what it must.</summary>
    public long Failures => Interlocked.Read(ref failures);

    public bool Clean => Lost + Doubled + Wrong + Failures == 0;

    /// <summary>The first of them, in words.</summary>
    public IReadOnlyList<string> Words
    {
        get
        {
            lock (gate) return [.. words];
        }
    }

    public void Lose(string what) => Count(ref lost, "lost", what);

    public void Double(string what) => Count(ref doubled, "doubled", what);

    public void Mistake(string what) => Count(ref wrong, "wrong", what);

    public void Fail(string what) => Count(ref failures, "failed", what);

    private void Count(ref long counter, string kind, string what)
    {
        Interlocked.Increment(ref counter);
        lock (gate)
        {
            if (words.Count >= Kept) return;
            words.Add($"{kind}: {what}");
            Console.Error.WriteLine($"chaos: {kind}: {what}");
        }
    }
}
