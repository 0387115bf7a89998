using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;

namespace StreamGrains.Chaos;

/// <summary><c>eng/chaos</c>.</summary>
internal static class Program
{
    private const int Ok = 0, Found = 1, Stopped = 5;

    public static int Main(string[] arguments)
    {
        var defaults = new ChaosOptions();
        var minutes = new Option<double>("--minutes") { Description = "How long faults go on", DefaultValueFactory = _ => defaults.Minutes };
        var seed = new Option<int>("--seed") { Description = "Decides which faults come, in which order", DefaultValueFactory = _ => defaults.Seed };
        var rate = new Option<int>("--rate") { Description = "Events a second", DefaultValueFactory = _ => defaults.Rate };
        var brokers = new Option<int>("--brokers") { Description = "Brokers, 1 or 3", DefaultValueFactory = _ => defaults.Brokers };
        brokers.AcceptOnlyFromAmong("1", "3");
        var members = new Option<bool>("--members") { Description = "Two workers share the job as members of a Kafka group" };
        var keep = new Option<bool>("--keep") { Description = "Leave the directory with the brokers' data and the logs behind" };
        var root = new RootCommand("Kills, pauses and cuts off workers and brokers under load, and compares every output with what it must be") { minutes, seed, rate, brokers, members, keep };
        root.SetAction(parsed => Run(new ChaosOptions
        {
            Minutes = parsed.GetValue(minutes),
            Seed = parsed.GetValue(seed),
            Rate = parsed.GetValue(rate),
            Brokers = parsed.GetValue(brokers),
            Members = parsed.GetValue(members),
            Keep = parsed.GetValue(keep),
        }));
        // Signals are ours: everything that was started must be ended first.
        return root.Parse(arguments).Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static int Run(ChaosOptions options)
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
            using var run = new ChaosRun(options, Console.WriteLine, stop.Token);
            var report = run.Run();
            var text = report.Text();
            var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts/chaos")).FullName, string.Create(CultureInfo.InvariantCulture, $"{report.Started:yyyyMMdd-HHmm}-seed-{options.Seed}.txt"));
            File.WriteAllText(file, text);
            Console.WriteLine();
            Console.Write(text);
            Console.WriteLine($"also in {Path.GetRelativePath(Repository.Root, file)}");
            return report.Tally.Clean ? Ok : Found;
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
