using System.CommandLine;
using System.Diagnostics;

namespace StreamGrains.Fuzz;

internal static class Program
{
    private const int Round = 20_000;

    /// <summary>Fuzzes for as long as asked, target by target in turns. Ends with 1 at the first failure, which is printed with its seed and smallest input.</summary>
    private static int Main(string[] arguments)
    {
        var minutes = new Option<double>("--minutes") { Description = "How long in all", DefaultValueFactory = _ => 10 };
        var seed = new Option<ulong>("--seed") { Description = "First seed; each round takes the next", DefaultValueFactory = _ => (ulong)DateTime.UtcNow.Ticks };
        var only = new Option<string[]>("--target") { Description = $"Only these: {string.Join(", ", Targets.All.Select(t => t.Name))}", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Targets.All.Select(t => t.Name)]);
        var command = new RootCommand("Feeds random and mutated input to everything that reads input") { minutes, seed, only };
        command.SetAction(parsed => Fuzz(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(only) ?? []));
        return command.Parse(arguments).Invoke();
    }

    private static int Fuzz(TimeSpan time, ulong seed, string[] only)
    {
        var start = Stopwatch.GetTimestamp();
        var fuzzers = Targets.All.Where(t => only.Length == 0 || only.Contains(t.Name)).Select(t => new Fuzzer(t)).ToList();
        var outcomes = new Dictionary<string, Outcome>();
        Console.WriteLine($"seed {seed}");
        try
        {
            for (; Stopwatch.GetElapsedTime(start) < time; seed++)
            {
                foreach (var fuzzer in fuzzers)
                {
                    var outcome = fuzzer.Run(seed, Round);
                    outcomes[outcome.Target] = outcome;
                }
            }
        }
        catch (Exception failure)
        {
            Console.WriteLine($"seed {seed}: {failure.Message}");
            return 1;
        }
        finally
        {
            foreach (var fuzzer in fuzzers) fuzzer.Dispose();
        }
        foreach (var outcome in outcomes.Values) Console.WriteLine($"{outcome.Target,-12} {outcome.Inputs,12:N0} inputs, {100.0 * outcome.Taken / outcome.Inputs,5:0.0} % taken, no failure");
        return 0;
    }
}
