using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.Runs;
using Xunit.Abstractions;

namespace StreamGrains.Simulation.Tests;

public class MutationTests(ITestOutputHelper output)
{
    private const int MostSeeds = 400;

    public static TheoryData<string> All() => new(Enum.GetNames<Mutation>().Where(name => name != nameof(Mutation.None)));

    [Theory, MemberData(nameof(All))]
    public void A_bug_on_purpose_is_caught(string name)
    {
        var mutation = Enum.Parse<Mutation>(name);
        for (ulong seed = 1; seed <= MostSeeds; seed++)
        {
            if (SimRun.Run(new RunOptions(seed) { Mutation = mutation }).Broken is not { } says) continue;
            output.WriteLine($"seed {seed}: {says}");
            return;
        }
        Assert.Fail($"{name} is not caught in {MostSeeds} seeds");
    }
}
