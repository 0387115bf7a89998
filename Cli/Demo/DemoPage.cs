using System.Globalization;
using Spectre.Console;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Demo;

/// <summary>The demo as people see it: a live page of 100 by 30 on a terminal, plain lines elsewhere. Owner: the showing thread.</summary>
internal sealed class DemoPage(DemoLedger ledger, RunMeter meter, DemoProducer producer, string bootstrap)
{
    private const int MostAlertRows = 12, OtherRows = 18, SparkPoints = 28;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2), PlainEvery = TimeSpan.FromSeconds(2);

    private readonly List<(TimeSpan At, long Scored, long Rows, long Runs)> past = [];
    private readonly List<double> rates = [];
    private TimeSpan sparkAt;
    private double rate, batch;

    /// <summary>Shows until <paramref name="over"/>.</summary>
    public void Show(Func<bool> over)
    {
        if (Screen.IsLive)
        {
            AnsiConsole.Live(new Table()).AutoClear(true).Start(context =>
            {
                for (; !over(); Thread.Sleep(Screen.Redraw)) context.UpdateTarget(Page());
            });
            return;
        }
        for (var next = PlainEvery; !over(); Thread.Sleep(50))
        {
            if (meter.Elapsed < next) continue;
            next += PlainEvery;
            Console.WriteLine(Line());
        }
    }

    /// <summary>What it came to.</summary>
    public IEnumerable<string> Summary()
    {
        var (f, run) = (ledger.Read(), meter.Read(askForLag: false));
        var seconds = Math.Max(1e-3, run.Elapsed.TotalSeconds);
        yield return $"{Figure.Of(f.Scored, "payment")} scored in {Figure.Took(run.Elapsed)} ({Figure.Count(f.Scored / seconds)}/s), watermark {Figure.Time(run.Watermark)}";
        yield return $"{Figure.Of(f.Alerts, "alert")}: precision {Share(f.Precision)}, recall {Share(f.Recall)} of {Figure.Of(f.Frauds, "fraud")}";
        yield return $"latency end to end p50 {Ms(f.P50)}, p99 {Ms(f.P99)}; {Rows(run.Counts.Runs == 0 ? 0 : (double)run.Counts.Scored / run.Counts.Runs)} rows per model run";
        foreach (var stage in run.Stages) yield return $"state of '{stage.Name}': {Figure.Of(stage.Size.Keys, "key")}, {Figure.Count(stage.BytesPerKey)} bytes a key";
    }

    private string Line()
    {
        var (f, run) = Figures();
        var line = $"{run.Elapsed.TotalSeconds,4:0} s  {Figure.Count(rate)} events/s  scored {Figure.Count(f.Scored)}  watermark {Figure.Time(run.Watermark)}  latency p50 {Ms(f.P50)} p99 {Ms(f.P99)}  batch {Rows(batch)}";
        line += $"  alerts {Figure.Count(f.Alerts)}  precision {Share(f.Precision)}  recall {Share(f.Recall)}";
        return f.Last.Count == 0 ? line : $"{line}  last: {Amount(f.Last[0])} of customer {f.Last[0].Customer}, score {Score(f.Last[0])}";
    }

    private Rows Page()
    {
        var (f, run) = Figures();
        var phase = producer.InHistory ? "[yellow]filling in history[/]" : "[green]live[/]";
        var figures = Pairs(
            ("events per second", $"[bold green]{Figure.Count(rate)}[/]"),
            ("scored", $"[bold]{Figure.Count(f.Scored)}[/]"),
            ("watermark", Figure.Time(run.Watermark)),
            ("latency p50 / p99", $"[bold]{Ms(f.P50)}[/] / [bold]{Ms(f.P99)}[/]"),
            ("rows per model run", Rows(batch)),
            ("state", $"{Figure.Of(run.State.Keys, "key")}, {Figure.Bytes(run.State.Bytes)}"));
        var truth = Pairs(
            ("alerts", $"[bold red]{Figure.Count(f.Alerts)}[/]"),
            ("of them frauds", Figure.Count(f.RightAlerts)),
            ("frauds in all", Figure.Count(f.Frauds)),
            ("precision", $"[bold]{Share(f.Precision)}[/]"),
            ("recall", $"[bold]{Share(f.Recall)}[/]"),
            ("events/s", $"[green]{Spark()}[/]"));
        var top = new Grid().AddColumn(new GridColumn().Width(48).Padding(0, 0, 1, 0)).AddColumn(new GridColumn().Width(48).Padding(0, 0));
        top.AddRow(new Panel(figures).Header(" the job ").Expand().Border(BoxBorder.Rounded), new Panel(truth).Header(" against the truth ").Expand().Border(BoxBorder.Rounded));
        var alerts = new Table().Border(TableBorder.Rounded).Width(97).Title("last alerts").AddColumns("time", "customer", "amount", "score", "was it?");
        foreach (var column in alerts.Columns.Skip(1).Take(3)) column.RightAligned();
        var rows = Math.Clamp(Console.WindowHeight - OtherRows, 1, MostAlertRows);
        foreach (var a in f.Last.Take(rows)) alerts.AddRow(Figure.Time(a.Time), Figure.Count(a.Customer), Amount(a), Score(a), a.IsFraud ? "[red]fraud[/]" : "[grey]no[/]");
        for (var empty = f.Last.Count; empty < rows; empty++) alerts.AddRow("", "", "", "", "");
        return new Rows(
            new Markup($"[bold]streamgrains[/]  card fraud, scored in process  [grey]Kafka at {bootstrap.EscapeMarkup()}[/]  {phase}"),
            top, alerts, new Markup("[grey]Ctrl-C ends it[/]"));
    }

    private (DemoFigures Demo, RunFigures Run) Figures()
    {
        var (f, run) = (ledger.Read(), meter.Read(askForLag: false));
        past.Add((run.Elapsed, f.Scored, run.Counts.Scored, run.Counts.Runs));
        // Rates are since the latest look that is a window ago.
        past.RemoveRange(0, Math.Max(0, past.FindLastIndex(p => run.Elapsed - p.At >= Window)));
        var (at, scored, rows, runs) = past[0];
        if (run.Elapsed > at) rate = (f.Scored - scored) / (run.Elapsed - at).TotalSeconds;
        if (run.Counts.Runs > runs) batch = (double)(run.Counts.Scored - rows) / (run.Counts.Runs - runs);
        if (run.Elapsed >= sparkAt)
        {
            sparkAt = run.Elapsed + TimeSpan.FromSeconds(1);
            rates.Add(rate);
            if (rates.Count > SparkPoints) rates.RemoveAt(0);
        }
        return (f, run);
    }

    private string Spark()
    {
        const string Bars = "▁▂▃▄▅▆▇█";
        var most = Math.Max(1, rates.Max());
        return string.Concat(rates.Select(r => Bars[(int)Math.Min(Bars.Length - 1, r / most * Bars.Length)]));
    }

    private static Grid Pairs(params (string Name, string Value)[] pairs)
    {
        var grid = new Grid().AddColumn(new GridColumn().Width(20)).AddColumn();
        foreach (var (label, value) in pairs) grid.AddRow($"[grey]{label}[/]", value);
        return grid;
    }

    private static string Amount(Alert a) => a.Amount.ToString("N2", CultureInfo.InvariantCulture);

    private static string Score(Alert a) => a.Score.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Rows(double rows) => rows.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Ms(double ms) => double.IsNaN(ms) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{ms:0} ms");
}
