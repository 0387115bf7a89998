namespace StreamGrains.Simulation.World;

/// <summary>
/// Random numbers by fixed 64-bit arithmetic (xoshiro256**, seeded by SplitMix64; Blackman and Vigna 2018), so that a seed is the same run on any machine and runtime.
/// Each purpose has a stream of its own: what one draws does not move another.
/// </summary>
internal sealed class Rng
{
    private ulong a, b, c, d;

    public Rng(ulong seed, string purpose)
    {
        var state = seed;
        foreach (var letter in purpose) state = Mix(state ^ letter);
        a = Mix(state + 1);
        b = Mix(state + 2);
        c = Mix(state + 3);
        d = Mix(state + 4);
    }

    /// <summary>The finalizer of SplitMix64.</summary>
    public static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Whether a random word falls below a probability.</summary>
    public static bool Below(ulong word, double probability) => (word >> 11) * (1.0 / (1UL << 53)) < probability;

    public ulong Word()
    {
        var result = ulong.RotateLeft(b * 5, 7) * 9;
        var t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = ulong.RotateLeft(d, 45);
        return result;
    }

    /// <summary>A number from 0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below) => (int)((Word() >> 32) * (ulong)below >> 32);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Range(int low, int high) => low + Next(high - low + 1);

    public bool Chance(double probability) => Below(Word(), probability);

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];
}
