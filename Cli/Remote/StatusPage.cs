using Spectre.Console;
using Spectre.Console.Rendering;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Remote;

/// <summary>A job's status for people: a line, sums, slots, partitions. Pure.</summary>
internal static class StatusPage
{
    private const int WideEnough = 118, LinesAroundTables = 14;

    /// <summary>The whole status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="width">Columns of the terminal; where it is narrow, the less important figures are left out.</param>
    /// <param name="height">Lines of the terminal, when all must fit; default: all partitions are shown.</param>
    public static IRenderable Of(JobStatus status, int width, int? height = null)
    {
        var rows = new List<IRenderable> { new Markup(Head(status)) };
        if (status.Problem is { } problem) rows.Add(new Markup($"[red]{problem.EscapeMarkup()}[/]"));
        rows.AddRange([Text.Empty, Totals(status.Totals), Text.Empty]);
        var room = height is { } lines ? Math.Max(2, lines - LinesAroundTables) : int.MaxValue;
        var slots = Math.Min(status.Slots.Count, Math.Max(1, room / 2));
        rows.AddRange([Slots([.. status.Slots.Take(slots)]), More(status.Slots.Count - slots, "slot")]);
        if (status.Partitions.Count == 0) return new Rows(rows);
        var partitions = Math.Min(status.Partitions.Count, room - slots);
        rows.AddRange([Partitions(status.Partitions.Take(partitions), width >= WideEnough), More(status.Partitions.Count - partitions, "partition")]);
        return new Rows(rows);
    }

    /// <summary>How a job is doing, in colour.</summary>
    public static string Phase(JobPhase phase) =>
        $"[{phase switch { JobPhase.Running => "green", JobPhase.Failing or JobPhase.Stalled => "red", JobPhase.Stopped => "grey", _ => "yellow" }}]{phase.ToString().ToLowerInvariant()}[/]";

    private static string Head(JobStatus status) =>
        $"[bold]{status.Job.EscapeMarkup()}[/]  {Phase(status.Phase)}  {Label("revision")} {Figure.Count(status.Revision)}  {Label("of")} {Tables.Time(status.Submitted)}"
        + $"  {Label("spec")} {status.SpecHash[..Math.Min(12, status.SpecHash.Length)]}";

    private static Grid Totals(JobTotals totals)
    {
        var grid = new Grid();
        for (var i = 0; i < 6; i++) grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, i % 2 == 0 ? 1 : 3, 0) });
        var letters = totals.DeadLetters == 0 ? "0" : $"[yellow]{Figure.Count(totals.DeadLetters)}[/]";
        grid.AddRow(Label("in"), Flow(totals.RowsIn, totals.InPerSecond), Label("lag"), Tables.Count(totals.Lag), Label("late"), Figure.Count(totals.Late));
        grid.AddRow(Label("out"), Flow(totals.RowsOut, totals.OutPerSecond), Label("watermark"), Tables.Time(totals.Watermark), Label("dead letters"), letters);
        grid.AddRow(Label("state"), $"{Figure.Of(totals.Keys, "key")}, {Figure.Bytes(totals.StateBytes)}", "", "", "", "");
        return grid;
    }

    private static string Flow(long rows, double perSecond) => $"{Figure.Count(rows)}  [green]{Figure.Count(perSecond)}/s[/]";

    private static string Label(string name) => $"[grey]{name}[/]";

    private static Table Slots(IReadOnlyList<SlotStatus> slots)
    {
        var copies = slots.Any(s => s.Standby is not null);
        var table = Tables.WithColumns([">SLOT", "PHASE", "OWNER", .. copies ? ["STANDBY"] : Array.Empty<string>(), ">COMMITS", "LAST COMMIT", "LAST SNAPSHOT", "PROBLEM"]);
        foreach (var s in slots)
        {
            string[] copy = copies ? [Copy(s.Standby)] : [];
            table.AddRow([Figure.Count(s.Slot), SlotPhaseText(s.Phase), (s.Owner ?? "-").EscapeMarkup(), .. copy, Figure.Count(s.Commits), Tables.Time(s.LastCommit), Tables.Time(s.LastSnapshot), Problem(s)]);
        }
        return table;
    }

    private static string Copy(StandbyStatus? copy) => copy is null ? "-" : $"{copy.Owner.EscapeMarkup()}{(copy.Behind > 0 ? $" [yellow]{Figure.Count(copy.Behind)} behind[/]" : "")}";

    /// <summary>What keeps it from getting on, else why it failed last.</summary>
    private static string Problem(SlotStatus slot) => slot switch
    {
        { Stalled: { } stalled } => $"stalled since {Tables.Time(stalled.Since)} [red]{stalled.Reason.EscapeMarkup()}[/]",
        { SnapshotOverdue: { } late } => $"no snapshot since {Tables.Time(late.Since)} [red]{late.Reason.EscapeMarkup()}[/]",
        { LastFailure: { } failure } => $"{Tables.Time(failure.At)} [red]{failure.Message.EscapeMarkup()}[/]",
        _ => "-",
    };

    private static string SlotPhaseText(SlotPhase phase) =>
        $"[{phase switch { SlotPhase.Running => "green", SlotPhase.Failed or SlotPhase.Stalled or SlotPhase.Unowned => "red", SlotPhase.Stopped => "grey", _ => "yellow" }}]{phase.ToString().ToLowerInvariant()}[/]";

    private static Table Partitions(IEnumerable<PartitionStatus> partitions, bool wide)
    {
        string[] always = ["STAGE", ">PART", ">SLOT", ">POSITION", ">LAG", "WATERMARK", ">IN/S", ">OUT/S"], further = [">LATE", ">KEYS", ">STATE"];
        var table = Tables.WithColumns(wide ? [.. always, .. further] : always);
        foreach (var p in partitions)
        {
            var mark = p.Replaying ? " [yellow]replaying[/]" : p.Idle ? " [grey]idle[/]" : "";
            var held = p.HeldBack is { } behind ? $" [yellow]+{Figure.Count(behind.Offsets)} behind a transaction open since {Tables.Time(behind.Since)}[/]" : "";
            string[] basic =
            [
                p.StageName.EscapeMarkup(), Figure.Count(p.Partition), Figure.Count(p.Slot), Figure.Count(p.Position), Tables.Count(p.Lag) + held,
                Tables.Time(p.Watermark) + mark, Figure.Count(p.InPerSecond), Figure.Count(p.OutPerSecond),
            ];
            table.AddRow(wide ? [.. basic, Figure.Count(p.Late), Figure.Count(p.Keys), Figure.Bytes(p.StateBytes)] : basic);
        }
        return table;
    }

    private static IRenderable More(int count, string what) => count > 0 ? new Markup($"[grey]and {Figure.Of(count, what)} more[/]") : Text.Empty;
}
