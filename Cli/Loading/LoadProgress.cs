using System.Diagnostics;
using Spectre.Console;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Loading;

/// <summary>Shows how far a load is: a bar on a terminal, else a line every few seconds.</summary>
internal static class LoadProgress
{
    /// <summary>Runs <paramref name="work"/> on a thread of its own and asks <paramref name="figures"/> for the share done and the records so far. Throws what the work throws.</summary>
    public static void Show(Func<(double Share, long Count)> figures, Action work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Screen.IsLive) Bar(figures, task);
        else Lines(figures, task);
        task.GetAwaiter().GetResult();
    }

    private static void Bar(Func<(double Share, long Count)> figures, Task task) =>
        AnsiConsole.Progress().Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new RemainingTimeColumn()).Start(progress =>
        {
            var bar = progress.AddTask("starting", maxValue: 1);
            var start = Stopwatch.GetTimestamp();
            bool done;
            do
            {
                done = Finished(task, Screen.Redraw);
                var (share, count) = figures();
                bar.Value = done ? share : Math.Min(share, 0.999);
                bar.Description = $"{Figure.Count(count)} records, {Figure.Count(count / Stopwatch.GetElapsedTime(start).TotalSeconds)}/s";
            }
            while (!done);
        });

    private static void Lines(Func<(double Share, long Count)> figures, Task task)
    {
        while (!Finished(task, Screen.Line))
        {
            var (share, count) = figures();
            Console.WriteLine($"{share * 100:0} % of the file, {Figure.Count(count)} records");
        }
    }

    private static bool Finished(Task task, TimeSpan wait) => Task.WaitAny([task], wait) >= 0;
}
