using System.Diagnostics;

namespace StreamGrains.Tests.Support;

/// <summary>Waits for what another thread or process does, and leaves it the processor meanwhile.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until the condition holds. Fails after <paramref name="within"/>, in words that are made then.</summary>
    public static void True(Func<bool> condition, TimeSpan within, Func<string> otherwise)
    {
        if (!Holds(condition, within)) Assert.Fail(otherwise());
    }

    /// <summary>Waits until the condition holds. Fails after <paramref name="within"/>.</summary>
    public static void True(Func<bool> condition, TimeSpan within, string otherwise) => True(condition, within, () => otherwise);

    /// <summary>Waits until the condition holds; false when it does not <paramref name="within"/> this time.</summary>
    public static bool Holds(Func<bool> condition, TimeSpan within)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var asked = waited.Elapsed;
            if (condition()) return true;
            var took = waited.Elapsed - asked;
            if (waited.Elapsed >= within) return false;
            // What takes long to ask, such as a command or a whole topic, takes at most half of the time, and what is waited for has the rest.
            Thread.Sleep(took > Pause ? took : Pause);
        }
    }
}
