using System.Diagnostics;

namespace StreamGrains.Cli.Loading;

/// <summary>Holds a loop to a rate: waits whenever it is ahead by more than ten milliseconds. Owner: the loop.</summary>
internal sealed class Pace(double perSecond)
{
    private const double Ahead = 0.01;
    private readonly long start = Stopwatch.GetTimestamp();

    /// <summary>Seconds until record number <paramref name="count"/> is due, 0 when it is.</summary>
    public double Early(long count)
    {
        var early = count / perSecond - Stopwatch.GetElapsedTime(start).TotalSeconds;
        return early > Ahead ? early : 0;
    }

    /// <summary>Waits until record number <paramref name="count"/> is due, or until <paramref name="stop"/>.</summary>
    public void Wait(long count, CancellationToken stop)
    {
        if (Early(count) is var early and > 0) stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(early));
    }
}
