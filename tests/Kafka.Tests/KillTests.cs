using System.Collections.Concurrent;
using System.Diagnostics;

namespace StreamGrains.Kafka.Tests;

/// <summary>The built command as a process of its own, killed without warning and started again.</summary>
[Collection(MuchInputCollection.Name)]
public sealed class KillTests(TestBroker broker)
{
    private const int Kills = 20;

    /// <summary>What the last process said.</summary>
    private readonly ConcurrentQueue<string> said = new();

    [SharedDataFact(Transactions.File)]
    public void Twenty_kills_leave_every_transaction_once_with_the_known_features_and_scores()
    {
        using var world = new FraudWorld(broker.Bootstrap, 4);
        world.Load(Transactions.Records());
        using var spec = world.SpecFile();
        var random = new Random(1984);

        var finished = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = Start(spec);
            if (process.WaitForExit(random.Next(800, 4000))) finished++;
            else process.Kill();
            process.WaitForExit();
        }
        using (var last = Start(spec))
        {
            var ended = last.WaitForExit(TimeSpan.FromMinutes(10));
            if (!ended) last.Kill();
            Assert.True(ended && last.ExitCode == 0, string.Join('\n', said.TakeLast(100)));
        }

        Assert.True(finished <= Kills / 2, $"{finished} of {Kills} runs ended before they could be killed");
        var scored = world.ReadScored();
        Assert.Equal(Transactions.Count, scored.Count);
        Assert.Empty(FraudWorld.Differences(scored, Transactions.Golden(), Transactions.Scores("xgboost_100")));
    }

    private Process Start(SpecFile spec)
    {
        var start = new ProcessStartInfo(Repository.Command, ["run", spec.Path, "--bootstrap", broker.Bootstrap, "--data-dir", spec.DataDirectory, "--until-end", "--set", "snapshot.every=2s"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        said.Clear();
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
