namespace StreamGrains.Fuzz;

public class FuzzTests
{
    private const ulong Seed = 20180401;

    public static TheoryData<string, int> Short => new()
    {
        { "spec", 2_000 }, { "expression", 20_000 }, { "json", 20_000 }, { "csv", 20_000 }, { "headers", 20_000 }, { "journal", 20_000 }, { "snapshot", 2_000 }, { "block", 20_000 },
    };

    [Theory, MemberData(nameof(Short))]
    public void Whatever_it_reads_it_neither_throws_nor_hangs_nor_takes_memory_that_the_input_does_not_account_for(string target, int inputs)
    {
        using var fuzzer = new Fuzzer(Targets.All.Single(t => t.Name == target));
        var outcome = fuzzer.Run(Seed, inputs);
        Assert.Equal(inputs, outcome.Inputs);
        // Neither all nor nothing: the inputs reach what lies behind the first check.
        Assert.InRange(outcome.Taken, inputs / 200, inputs * 199L / 200);
    }

    [Fact]
    public void Every_target_has_a_short_run() => Assert.Equal(Targets.All.Select(t => t.Name), Short.Select(row => (string)row[0]!));

    [Fact]
    public void A_target_that_throws_on_an_input_is_found_and_the_input_is_made_small()
    {
        using var fuzzer = new Fuzzer(new Faulty());
        var failure = Assert.ThrowsAny<Exception>(() => fuzzer.Run(1, 10_000));
        Assert.Contains("input of 7 bytes", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Throws when a comma is gone.</summary>
    private sealed class Faulty : Target
    {
        public override string Name => "faulty";

        public override IReadOnlyList<byte[]> Samples { get; } = Bytes("ab,cd,ef");

        public override bool Read(byte[] input) => input.Count(b => b == ',') != 1 || input.Length != 7 ? true : throw new FormatException("one comma");
    }
}
