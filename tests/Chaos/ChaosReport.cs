using System.Globalization;
using System.Reflection;
using System.Text;
using StreamGrains.Chaos.Check;

namespace StreamGrains.Chaos;

/// <summary>What came of a run.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Started">When, UTC.</param>
/// <param name="Tally">What was wrong.</param>
/// <param name="In">Events written.</param>
/// <param name="Rate">Events a second.</param>
/// <param name="Out">Results read, dead letters among them.</param>
/// <param name="Injected">Kind of every fault that happened, in order.</param>
/// <param name="Recoveries">How long after each results came again.</param>
/// <param name="Skipped">Faults that could not be, and why.</param>
internal sealed record ChaosReport(
    ChaosOptions Options, DateTime Started, Tally Tally, long In, double Rate, long Out, IReadOnlyList<string> Injected, IReadOnlyList<Recovery> Recoveries, IReadOnlyList<string> Skipped)
{
    /// <summary>The kind under which the first start is measured; it is no fault.</summary>
    public const string Start = "first start";

    private const int KindWidth = 48;

    /// <summary>Version of the product, with the commit that it was built from.</summary>
    public static string Version => typeof(ChaosReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The report as text, for a terminal and for a file.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"streamgrains {Version}, {Started:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {Options.Brokers} broker{(Options.Brokers == 1 ? "" : "s")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"eng/chaos --minutes {Options.Minutes} --seed {Options.Seed} --rate {Options.Rate} --brokers {Options.Brokers}{(Options.Members ? " --members" : "")}{(Options.Only.Length > 0 ? $" --only \"{Options.Only}\"" : "")}{(Options.Faults < int.MaxValue ? $" --faults {Options.Faults}" : "")}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"records in",-14}{In,14:N0}   {Rate:N0} a second");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"records out",-14}{Out,14:N0}");
        foreach (var (name, count) in new[] { ("lost", Tally.Lost), ("doubled", Tally.Doubled), ("wrong", Tally.Wrong), ("other failures", Tally.Failures) })
            text.AppendLine(CultureInfo.InvariantCulture, $"{name,-14}{count,14:N0}");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"",-KindWidth}       first new result (s)        of every slot (s)");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"fault",-KindWidth} count    p50    p99    max        p50    p99    max");
        foreach (var kind in Recoveries.GroupBy(r => r.Kind).OrderBy(g => g.Key == Start).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
            Row(text, kind.Key, Injected.Count(i => i == kind.Key), [.. kind]);
        Row(text, "all faults", Injected.Count, [.. Recoveries.Where(r => r.Kind != Start)]);
        foreach (var why in Skipped) text.AppendLine(CultureInfo.InvariantCulture, $"skipped: {why}");
        foreach (var word in Tally.Words) text.AppendLine(word);
        return text.ToString();
    }

    private static void Row(StringBuilder text, string kind, int count, List<Recovery> recoveries) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"{kind,-KindWidth}{count,6}{Times([.. recoveries.Select(r => r.First)])}    {Times([.. recoveries.Select(r => r.All)])}");

    private static string Times(List<long?> times)
    {
        var known = times.Where(t => t is not null).Select(t => t!.Value / 1000.0).Order().ToList();
        if (known.Count == 0) return "      -      -      -";
        double At(double share) => known[Math.Min(known.Count - 1, (int)Math.Ceiling(share * known.Count) - 1)];
        return string.Create(CultureInfo.InvariantCulture, $"{At(0.5),7:0.0}{At(0.99),7:0.0}{known[^1],7:0.0}");
    }
}
