using System.Diagnostics;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>Many seeds, one after the other, and what they had.</summary>
internal sealed class Campaign
{
    private readonly long[] faults = new long[Faults.Kinds];
    private readonly long[] edges = new long[Enum.GetValues<Edge>().Length];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int fewestFaults = int.MaxValue, fewestRecords = int.MaxValue;

    public int Seeds { get; private set; }

    public List<RunResult> Failures { get; } = [];

    public IReadOnlyList<long> EdgeCounts => edges;

    /// <summary>Mean number of faults in a run.</summary>
    public double MeanFaults => faults.Sum() / (double)Math.Max(1, Seeds);

    public int FewestFaults => fewestFaults;

    public int FewestRecords => fewestRecords;

    public RunResult Run(RunOptions options)
    {
        var result = SimRun.Run(options);
        Seeds++;
        for (var i = 0; i < faults.Length; i++) faults[i] += result.FaultCounts[i];
        for (var i = 0; i < edges.Length; i++) edges[i] += result.Edges[i];
        fewestFaults = Math.Min(fewestFaults, result.Struck.Count);
        fewestRecords = Math.Min(fewestRecords, result.Records);
        if (result.Broken is not null) Failures.Add(result);
        return result;
    }

    public IEnumerable<string> Report()
    {
        yield return $"{Seeds} seeds, {Failures.Count} failed; {Seeds / clock.Elapsed.TotalSeconds:0} seeds/s; {MeanFaults:0.0} faults a seed, never fewer than {fewestFaults}; never fewer than {fewestRecords} records";
        yield return "";
        yield return "faults injected";
        foreach (var kind in Enum.GetValues<Fault>()) yield return $"  {faults[(int)kind],9}  {Words(kind.ToString())}";
        yield return "";
        yield return "edges reached";
        foreach (var edge in Enum.GetValues<Edge>()) yield return $"  {edges[(int)edge],9}  {Words(edge.ToString())}{(edges[(int)edge] == 0 ? "   NEVER" : "")}";
    }

    /// <summary>"EndTxnLate" as "end txn late".</summary>
    private static string Words(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : char.ToLowerInvariant(c).ToString()));
}
