namespace StreamGrains.Specs.Tests;

public class RandomExpressionTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void Kernels_agree_with_a_slow_computation_of_the_documented_rules(double nulls)
    {
        var random = new Random(20180401);
        for (var n = 0; n < 1_500; n++)
        {
            var expected = RandomExpression.Make(random, "ixps"[n % 4], depth: 1 + n % 4);
            var rows = Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 9).Select(c => RandomExpression.Cell(random, c, nulls)).ToArray()).ToList();

            var results = Evaluate.Over(Evaluate.Compile(expected.Text), rows);

            for (var row = 0; row < rows.Count; row++)
                if (!Equals(expected.Of(rows[row]), results[row]))
                    Assert.Fail($"{expected.Text}\nrow [{string.Join(", ", rows[row])}]: expected {expected.Of(rows[row])}, got {results[row]}");
        }
    }

    [Fact]
    public void A_copy_computes_the_same_and_shares_no_memory()
    {
        var random = new Random(7);
        for (var n = 0; n < 200; n++)
        {
            var expression = Evaluate.Compile(RandomExpression.Make(random, "ixps"[n % 4], depth: 3).Text);
            var rows = Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 9).Select(c => RandomExpression.Cell(random, c, 0.2)).ToArray()).ToList();

            var copy = expression.Copy();
            var before = Evaluate.Over(expression, rows);
            Evaluate.Over(copy, [.. rows.AsEnumerable().Reverse()]);

            Assert.Equal(before, Evaluate.Over(expression, rows));
            Assert.Equal(before, Evaluate.Over(copy, rows));
        }
    }
}
