using System.Globalization;
using Spectre.Console;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Jobs;

/// <summary>Shows a running job: a block that is drawn again and again on a terminal, else a line every few seconds.</summary>
internal static class RunDisplay
{
    /// <summary>Shows until <paramref name="run"/> has ended.</summary>
    public static void Show(RunMeter meter, Task run)
    {
        if (Screen.IsLive) Live(meter, run);
        else
            while (Task.WaitAny([run], Screen.Line) < 0) Console.WriteLine(Line(meter.Read(askForLag: true)));
    }

    /// <summary>One line of figures.</summary>
    public static string Line(RunFigures f)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{f.Elapsed.TotalSeconds,5:0} s  in {Figure.Count(f.In)} ({Figure.Count(f.InRate)}/s)  out {Figure.Count(f.Counts.RowsOut)} ({Figure.Count(f.OutRate)}/s)");
        line += $"  watermark {Figure.Time(f.Watermark)}{(f.Lag >= 0 ? $"  lag {Figure.Count(f.Lag)}{Held(f)}" : "")}  state {State(f)}";
        line += $"  late {Figure.Count(f.Counts.Late)}  held {Figure.Count(f.Counts.Held)}  dead letters {Figure.Count(f.Counts.DeadLetters)}";
        return f.Replaying > 0 ? $"{line}  replaying in {f.Replaying}" : line;
    }

    /// <summary>What the run came to.</summary>
    public static IEnumerable<string> Summary(string job, RunFigures f)
    {
        var seconds = Math.Max(1e-3, f.Elapsed.TotalSeconds);
        yield return $"job '{job}': {Figure.Of(f.In, "record")} in, {Figure.Count(f.Counts.RowsOut)} out in {Figure.Took(f.Elapsed)} ({Figure.Count(f.In / seconds)}/s)";
        if (f.Counts.Runs > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"  scored        {Figure.Count(f.Counts.Scored)} in {Figure.Of(f.Counts.Runs, "run")} of the model ({(double)f.Counts.Scored / f.Counts.Runs:0.0} a run)");
        yield return $"  watermark     {Figure.Time(f.Watermark)}";
        yield return $"  late          {Figure.Count(f.Counts.Late)}, of which dropped {Figure.Count(f.Counts.Dropped)}";
        yield return $"  held          {Figure.Count(f.Counts.Held)}";
        yield return $"  dead letters  {Figure.Count(f.Counts.DeadLetters)}";
        foreach (var stage in f.Stages.Where(s => s.Size.Keys > 0))
            yield return $"  state         stage '{stage.Name}': {Figure.Of(stage.Size.Keys, "key")}, {Figure.Bytes(stage.Size.Bytes)}, {Figure.Count(stage.BytesPerKey)} bytes a key";
    }

    /// <summary>What an open transaction upstream keeps from the job.</summary>
    private static string Held(RunFigures f) => f.HeldBack > 0 ? $" (+{Figure.Count(f.HeldBack)} behind an open transaction)" : "";

    private static void Live(RunMeter meter, Task run) =>
        AnsiConsole.Live(new Table()).AutoClear(true).Start(context =>
        {
            do context.UpdateTarget(Block(meter.Read(askForLag: true)));
            while (Task.WaitAny([run], Screen.Redraw * 4) < 0);
        });

    private static Table Block(RunFigures f)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "", "", "");
        table.AddRow("records in", $"[bold]{Figure.Count(f.In)}[/]", "per second", $"[bold green]{Figure.Count(f.InRate)}[/]");
        table.AddRow("records out", $"[bold]{Figure.Count(f.Counts.RowsOut)}[/]", "per second", $"[bold green]{Figure.Count(f.OutRate)}[/]");
        table.AddRow("watermark", Figure.Time(f.Watermark), "lag", f.Lag < 0 ? "-" : Figure.Count(f.Lag) + Held(f));
        table.AddRow("scored", Figure.Count(f.Counts.Scored), "rows a run", f.Counts.Runs == 0 ? "-" : Figure.Count((double)f.Counts.Scored / f.Counts.Runs));
        table.AddRow("state", State(f), "held", Figure.Count(f.Counts.Held));
        table.AddRow("late", Figure.Count(f.Counts.Late), "dead letters", f.Counts.DeadLetters == 0 ? "0" : $"[yellow]{Figure.Count(f.Counts.DeadLetters)}[/]");
        if (f.Replaying > 0) table.Caption($"replaying what is committed, in {f.Replaying} processors");
        return table;
    }

    private static string State(RunFigures f) =>
        f.State.Keys == 0 ? "none" : $"{Figure.Of(f.State.Keys, "key")}, {Figure.Bytes(f.State.Bytes)} ({Figure.Count((double)f.State.Bytes / f.State.Keys)} B a key)";
}
