using StreamGrains.Specs.Expressions;

namespace StreamGrains.Specs.Tests;

public class HostFunctionTests
{
    private static readonly HostFunctions Functions = new HostFunctions()
        .Add("twice", (long n) => 2 * n)
        .Add("half", (double x) => x / 2)
        .Add("risk_band", (double score, bool known) => known && score < 0.5 ? "low" : score < 0.9 ? "some" : "high")
        .Add("next_day", (DateTimeOffset at) => at.AddDays(1))
        .Add("is_long", (string text, long limit) => text.Length > limit)
        .Add("join3", (string a, long b, double c) => $"{a}|{b}|{c}")
        .Add("fragile", (long n) => n == 3 ? throw new InvalidOperationException("three") : n)
        .Add("nothing", (long n) => n > 0 ? (string)null! : "some")
        .Add("undefined", (double x) => Math.Log(x));

    [Theory]
    [InlineData("twice(i)", 84L)]
    [InlineData("half(i)", 21.0)]
    [InlineData("half(x) + 1", 1.1)]
    [InlineData("risk_band(x, p)", "low")]
    [InlineData("risk_band(x + 0.5, not p)", "some")]
    [InlineData("upper(risk_band(1, p))", "HIGH")]
    [InlineData("is_long(s, 4)", true)]
    [InlineData("next_day(ts)", 86_401_000L)]
    [InlineData("join3(s, i, x)", "Zürich|42|0.2")]
    public void Values_of_every_type_come_and_go(string text, object expected) => Assert.Equal(expected, Over(text, Row(42, 0.2, true, "Zürich", 1000)));

    [Fact]
    public void A_null_argument_gives_null_without_a_call_and_rows_beside_it_are_not_touched()
    {
        var calls = 0L;
        var counted = new HostFunctions().Add("counted", (long n, string s) => ++calls);
        var values = Evaluate.Over(Evaluate.Compile("counted(i, s)", counted), [Row(1, 0, true, "a", 0), Row(null, 0, true, "a", 0), Row(2, 0, true, null, 0), Row(3, 0, true, "b", 0)]);
        Assert.Equal([1L, null, null, 2L], values);
        Assert.Equal(2L, calls);
    }

    [Fact]
    public void A_call_that_throws_and_a_result_that_is_none_give_null_and_end_nothing()
    {
        object?[][] rows = [Row(2, 1, true, "", 0), Row(3, -1, true, "", 0), Row(0, 1, true, "", 0)];
        Assert.Equal([2L, null, 0L], Evaluate.Over(Evaluate.Compile("fragile(i)", Functions), rows));
        Assert.Equal([null, null, "some"], Evaluate.Over(Evaluate.Compile("nothing(i)", Functions), rows));
        Assert.Equal([0.0, null, 0.0], Evaluate.Over(Evaluate.Compile("undefined(x)", Functions), rows));
    }

    [Theory]
    [InlineData("twise(i)", "0: unknown function 'twise' -> twice")]
    [InlineData("twice(i, i)", "0: twice(long) takes 1 argument; here are 2")]
    [InlineData("twice(s)", "0: twice(long) does not take string")]
    [InlineData("risk_band(p, x)", "0: risk_band(double, bool) does not take bool and double")]
    public void Mistakes_in_calls_are_those_of_the_language(string text, string mistake) => Assert.Equal([mistake], Evaluate.Mistakes(text, Functions));

    [Fact]
    public void Names_and_types_that_cannot_be_are_refused_when_they_are_added()
    {
        Assert.StartsWith("'abs' is a function of the language", Refused(f => f.Add("abs", (long n) => n)), StringComparison.Ordinal);
        Assert.StartsWith("'sum' is a function of the language", Refused(f => f.Add("sum", (long n) => n)), StringComparison.Ordinal);
        Assert.StartsWith("'a-b' is no name of a function", Refused(f => f.Add("a-b", (long n) => n)), StringComparison.Ordinal);
        Assert.StartsWith("there is a function 'mine' already", Refused(f => f.Add("mine", (long n) => n).Add("mine", (double n) => n)), StringComparison.Ordinal);
        Assert.StartsWith("function 'mine' has a Int32; its types are long, double, bool, string and DateTimeOffset", Refused(f => f.Add("mine", (int n) => n)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_calls_them_in_its_steps_and_without_them_is_told_so()
    {
        const string Spec = """
            job: a
            sources: { s: { topic: t, key: k, fields: { k: long, v: double } } }
            steps: [ { from: s }, { filter: "half(v) > 1" }, { derive: { w: twice(k), h: "coalesce(half(v), 0)" } }, { rolling: { total: sum(h) over 1d } }, { to: { topic: out } } ]
            """;
        Assert.Empty(JobCompiler.Compile(Spec, "job.yaml", [], null, ".", Functions).Errors);
        var alone = JobCompiler.Compile(Spec, "job.yaml", [], null, ".");
        Assert.Equal(["unknown function 'half'", "unknown function 'twice'", "unknown function 'half'"], alone.Errors.Select(e => e.Message));
    }

    private static string Refused(Action<HostFunctions> add) => Assert.Throws<ArgumentException>(() => add(new HostFunctions())).Message;

    private static object? Over(string text, object?[] row) => Evaluate.Over(Evaluate.Compile(text, Functions), [row])[0];

    private static object?[] Row(long? i, double x, bool p, string? s, long ts) => [i, i, x, x, p, p, s, s, ts];
}
