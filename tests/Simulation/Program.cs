using System.Globalization;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.Runs;

namespace StreamGrains.Simulation;

/// <summary>The simulator at the command line.</summary>
internal static class Program
{
    private const string Usage = """
        The seeded simulator: the real engine over a simulated broker, disk and clock, with faults; every seed is one run, always the same.

          --seeds N [--from S]        runs N seeds from S (default 1); a failure is shrunk and its trace is printed
          --seed S [--trace]          runs one seed, with what happened in it
          --mutations [--seeds N]     breaks the product on purpose, one way after the other, and tells in how many of N seeds (default 200) that is noticed
        """;

    public static int Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var from = Number(arguments, "--from") ?? 1;
        if (arguments.Contains("--mutations")) return Mutate((int)(Number(arguments, "--seeds") ?? 200), from);
        if (Number(arguments, "--seed") is { } seed) return One(seed, arguments.Contains("--trace"));
        if (Number(arguments, "--seeds") is { } count) return Many(count, from);
        Console.WriteLine(Usage);
        return 64;
    }

    private static int Many(ulong count, ulong from)
    {
        var campaign = new Campaign();
        for (var seed = from; seed < from + count; seed++)
        {
            var result = campaign.Run(new RunOptions(seed));
            if (result.Broken is null) continue;
            Console.WriteLine($"seed {seed}: {result.Broken}");
            if (campaign.Failures.Count == 1) Explain(new RunOptions(seed));
        }
        foreach (var line in campaign.Report()) Console.WriteLine(line);
        return campaign.Failures.Count == 0 ? 0 : 1;
    }

    private static int One(ulong seed, bool trace)
    {
        var result = SimRun.Run(new RunOptions(seed) { Trace = trace });
        foreach (var line in result.Trace) Console.WriteLine(line);
        Console.WriteLine($"seed {seed}: {result.Broken ?? "well"}; {result.Records} records, {result.Struck.Count} faults, {result.Cost.SimulatedMs} ms simulated in {result.Cost.Steps} steps, digest {result.Digest:x16}");
        if (result.Broken is not null && !trace) Explain(new RunOptions(seed));
        return result.Broken is null ? 0 : 1;
    }

    private static void Explain(RunOptions options)
    {
        var small = Shrinker.Shrink(options);
        Console.WriteLine($"  the smallest run found that fails: {small.Records} records, faults: {string.Join(", ", small.Struck.Select(f => $"{f.Kind} {f.Number}"))}");
        foreach (var line in small.Trace) Console.WriteLine($"  {line}");
    }

    private static int Mutate(int seeds, ulong from)
    {
        var missed = 0;
        foreach (var mutation in Enum.GetValues<Mutation>())
        {
            if (mutation == Mutation.None) continue;
            var caught = new List<RunResult>();
            for (var seed = from; seed < from + (ulong)seeds; seed++)
                if (SimRun.Run(new RunOptions(seed) { Mutation = mutation }) is { Broken: not null } result) caught.Add(result);
            if (caught.Count == 0) missed++;
            Console.WriteLine($"{mutation,-28} caught in {caught.Count,4} of {seeds} seeds{(caught.Count == 0 ? "   MISSED" : $", first in seed {caught[0].Seed}: {caught[0].Broken}")}");
        }
        return missed == 0 ? 0 : 1;
    }

    private static ulong? Number(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length && ulong.TryParse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
