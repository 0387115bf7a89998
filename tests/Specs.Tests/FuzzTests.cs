using System.Diagnostics;
using StreamGrains.Contracts;

namespace StreamGrains.Specs.Tests;

public class FuzzTests
{
    private const int Seed = 20180401;

    private static readonly string[] Scraps =
    [
        "", " ", "\n", "\t", "'", "\"", "[", "]", "{", "}", ":", ": ", "- ", "&a ", "*a", "!!str ", "|", ">", "#", "?", "%",
        "\0", "\uFFFF", "\uD800", "---\n", "...",
        "null", "~", "true", "(", ")", "((((((((((", "not ", "- - - -", " and ", " or ", " in (", "between", "1e999", "9223372036854775808",
        "7d", "1w", "-1", "'x", "if(",
        "coalesce(", "count()", " over ", "amount", "ts", "score", "é", "日本", "steps", "sources", "\r\n",
    ];

    [Fact]
    public void No_text_makes_the_compiler_throw_or_hang()
    {
        string[] samples = ["samples/fraud/job.yaml", "samples/fraud/hourly.yaml"];
        string[] seeds = [.. samples.Select(f => File.ReadAllText(Repository.PathOf(f))), Compile.Source + "  - to: { topic: out }"];
        var random = new Random(Seed);
        for (var n = 0; n < 5_000; n++)
        {
            var text = Mutated(random, seeds[n % seeds.Length], 1 + random.Next(4));
            var clock = Stopwatch.GetTimestamp();
            try
            {
                var result = JobCompiler.Compile(text, "job.yaml", [Mutated(random, "steps.score.model=x", random.Next(3))], null, "/");
                Assert.Equal(result.Plan is null, result.Errors.Count > 0);
                Assert.All(result.Errors, e => AssertWithin(e, text));
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, text {n}: {e}\n{text}");
            }
            Assert.True(Stopwatch.GetElapsedTime(clock) < TimeSpan.FromSeconds(5), $"seed {Seed}, text {n} took long:\n{text}");
        }
    }

    [Fact]
    public void No_expression_makes_the_compiler_or_its_kernels_throw()
    {
        var random = new Random(Seed);
        var row = new object?[Evaluate.Layout.Columns.Count];
        var compiled = 0;
        for (var n = 0; n < 15_000; n++)
        {
            var text = RandomExpression.Make(random, "ixps"[n % 4], 1 + n % 3).Text;
            if (n % 4 != 0) text = Mutated(random, text, 1 + random.Next(3));
            for (var c = 0; c < row.Length; c++) row[c] = RandomExpression.Cell(random, c, 0.2);
            try
            {
                if (Evaluate.Mistakes(text).Count > 0) continue;
                Evaluate.Over(Evaluate.Compile(text), [row, row]);
                compiled++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, expression {n}: {e}\n{text}");
            }
        }
        Assert.InRange(compiled, 3_000, 12_000);
    }

    private static string Mutated(Random random, string text, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(3) == 0 ? random.Next(Math.Min(40, text.Length - at) + 1) : Math.Min(1, text.Length - at);
            var other = random.Next(text.Length + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Scraps[random.Next(Scraps.Length)]),
                2 => text.Insert(at, text.Substring(other, Math.Min(random.Next(60), text.Length - other))),
                _ => text.Remove(at, length).Insert(at, Scraps[random.Next(Scraps.Length)]),
            };
        }
        return text;
    }

    private static void AssertWithin(SpecError error, string text)
    {
        Assert.NotEmpty(error.Message);
        if (error.File != "job.yaml") return;
        Assert.InRange(error.Line, 1, text.Count(c => c is '\n' or '\r' or '\u0085' or '\u2028' or '\u2029') + 1);
        Assert.InRange(error.Column, 1, text.Length + 1);
    }
}
