using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using StreamGrains.Chaos.Faults;

namespace StreamGrains.Chaos;

/// <summary><c>eng/chaos</c>.</summary>
internal static class Program
{
    private const int Ok = 0, Found = 1, Stopped = 5;

    public static int Main(string[] arguments)
    {
        var defaults = new ChaosOptions();
        var minutes = new Option<double>("--minutes") { Description = "How long faults go on", DefaultValueFactory = _ => defaults.Minutes };
        var faults = new Option<int>("--faults") { Description = "End after so many faults, even if time is left", DefaultValueFactory = _ => defaults.Faults };
        var only = new Option<string>("--only") { Description = "Only the faults whose kind has these words, such as \"EndTxn\", or with commas one of them", DefaultValueFactory = _ => "" };
        only.Validators.Add(r =>
        {
            var asked = new ChaosOptions { Only = r.GetValueOrDefault<string>() ?? "" };
            if (!Schedule.Of(0, "").Take(1000).Any(f => asked.Wants(f.Fault.Kind))) r.AddError("--only: no kind of fault has these words");
        });
        var seed = new Option<int>("--seed") { Description = "Decides which faults come, in which order", DefaultValueFactory = _ => defaults.Seed };
        var rate = new Option<int>("--rate") { Description = "Events a second", DefaultValueFactory = _ => defaults.Rate };
        var brokers = new Option<int>("--brokers") { Description = "Brokers, 1 or 3", DefaultValueFactory = _ => defaults.Brokers };
        brokers.AcceptOnlyFromAmong("1", "3");
        var plan = new Option<int>("--plan") { Description = "Only say which faults would come, the first N" };
        var members = new Option<bool>("--members") { Description = "Two workers share the job as members of a Kafka group" };
        var keep = new Option<bool>("--keep") { Description = "Leave the directory with the brokers' data and the logs behind" };
        var root = new RootCommand("Kills, pauses and cuts off workers and brokers under load, and compares every output with what it must be") { minutes, faults, only, seed, rate, brokers, members, keep, plan };
        ChaosOptions Options(ParseResult parsed) => new()
        {
            Minutes = parsed.GetValue(minutes),
            Faults = parsed.GetValue(faults),
            Only = parsed.GetValue(only)!,
            Seed = parsed.GetValue(seed),
            Rate = parsed.GetValue(rate),
            Brokers = parsed.GetValue(brokers),
            Members = parsed.GetValue(members),
            Keep = parsed.GetValue(keep),
        };
        root.SetAction(parsed => parsed.GetValue(plan) is > 0 and var count ? Plan(parsed.GetValue(seed), count) : Run(Options(parsed), Chaos));

        var state = new Option<string>("--state") { Description = "How much state there is before the kills, in MB", DefaultValueFactory = _ => "200MB" };
        state.Validators.Add(r => { if (Megabytes(r.GetValueOrDefault<string>()) is null) r.AddError("--state is a number of megabytes, such as 200MB"); });
        var recovery = new Command("recovery", "Measures how long a job with much state takes from a kill -9 to its first new result") { state, rate, brokers, keep };
        recovery.SetAction(parsed => Run(Options(parsed), (options, stop) => Recovery(options, Megabytes(parsed.GetValue(state))!.Value, stop)));
        root.Add(recovery);
        // Signals are ours: everything that was started must be ended first.
        return root.Parse(arguments).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static int Plan(int seed, int count)
    {
        foreach (var planned in Schedule.Of(seed, "").Take(count)) Console.WriteLine(planned.Fault.Kind);
        return Ok;
    }

    private static int Chaos(ChaosOptions options, CancellationToken stop)
    {
        using var run = new ChaosRun(options, Console.WriteLine, stop);
        var report = run.Run();
        Keep(report.Text(), $"seed-{options.Seed}", report.Started);
        return report.Tally.Clean ? Ok : Found;
    }

    private static int Recovery(ChaosOptions options, long megabytes, CancellationToken stop)
    {
        using var run = new RecoveryRun(megabytes * 1_000_000, options, Console.WriteLine, stop);
        Keep(run.Run(), $"recovery-{megabytes}MB", DateTime.UtcNow);
        return Ok;
    }

    private static void Keep(string text, string name, DateTime at)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/chaos")).FullName;
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{at:yyyyMMdd-HHmm}-{name}.txt"));
        File.WriteAllText(file, text);
        Console.WriteLine();
        Console.Write(text);
        Console.WriteLine($"also in {Path.GetRelativePath(Repository.Root, file)}");
    }

    private static long? Megabytes(string? text) =>
        text is not null && long.TryParse(text.EndsWith("MB", StringComparison.OrdinalIgnoreCase) ? text[..^2] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static int Run(ChaosOptions options, Func<ChaosOptions, CancellationToken, int> what)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            ThreadPool.QueueUserWorkItem(_ => stop.Cancel());
        }
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return what(options, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("chaos: stopped before the end; everything that was started is ended");
            return Stopped;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"chaos: the run could not go on: {failure}");
            return Found;
        }
    }
}
