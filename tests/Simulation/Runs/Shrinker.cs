using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>
/// Makes a failed run small: takes away records and faults, in ever smaller pieces, as long as it still fails. A fault that is taken away leaves the decisions of the
/// others as they are, but not what they meet; so this is a search, and it stops after a number of runs.
/// </summary>
internal static class Shrinker
{
    private const int MostRuns = 400;

    /// <summary>The smallest run found that still fails, with its trace.</summary>
    public static RunResult Shrink(RunOptions options)
    {
        var runs = 0;
        var first = SimRun.Run(options with { Trace = false });
        if (first.Broken is null) return first;
        var best = options with { Only = first.Struck.ToHashSet() };
        if (!Fails(best, ref runs)) best = options;
        best = FewerRecords(best, first.Records, ref runs);
        if (best.Only is not null) best = FewerFaults(best, [.. best.Only], ref runs);
        best = FewerRecords(best, best.Records ?? first.Records, ref runs);
        return SimRun.Run(best with { Trace = true });
    }

    private static RunOptions FewerRecords(RunOptions options, int records, ref int runs)
    {
        for (var step = records / 2; step > 0 && runs < MostRuns; step /= 2)
            while (records > step && runs < MostRuns && Fails(options with { Records = records - step }, ref runs))
            {
                records -= step;
                options = options with { Records = records };
            }
        return options;
    }

    private static RunOptions FewerFaults(RunOptions options, List<FaultId> faults, ref int runs)
    {
        for (var piece = Math.Max(1, faults.Count / 2); runs < MostRuns; piece /= 2)
        {
            for (var at = 0; at < faults.Count && runs < MostRuns;)
            {
                List<FaultId> fewer = [.. faults.Take(at), .. faults.Skip(at + piece)];
                if (!Fails(options with { Only = fewer.ToHashSet() }, ref runs)) at += piece;
                else
                {
                    faults = fewer;
                    options = options with { Only = fewer.ToHashSet() };
                }
            }
            if (piece == 1) break;
        }
        return options;
    }

    private static bool Fails(RunOptions options, ref int runs)
    {
        runs++;
        return SimRun.Run(options with { Trace = false }).Broken is not null;
    }
}
