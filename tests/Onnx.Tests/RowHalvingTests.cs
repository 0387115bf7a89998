using Xunit;

namespace StreamGrains.Onnx.Tests;

public class RowHalvingTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(7, 3)]
    [InlineData(1000, 999)]
    public void One_bad_row_is_found_and_all_others_are_done(int rows, int bad)
    {
        var work = new Work(rows, bad);
        var failures = new string?[rows];

        Assert.Equal(1, RowHalving.Run(work, 0, rows, failures));

        Assert.Equal($"row {bad}", failures[bad]);
        Assert.Equal([.. Enumerable.Range(0, rows).Where(row => row != bad)], work.Done);
        Assert.True(work.Runs <= 1 + 2 * Math.Ceiling(Math.Log2(rows)), $"{work.Runs} runs for {rows} rows");
    }

    [Fact]
    public void A_batch_without_a_bad_row_is_one_run()
    {
        var work = new Work(100);
        Assert.Equal(0, RowHalving.Run(work, 0, 100, new string?[100]));
        Assert.Equal(1, work.Runs);
    }

    [Fact]
    public void When_every_row_is_bad_each_gets_its_own_reason()
    {
        var work = new Work(5, 0, 1, 2, 3, 4);
        var failures = new string?[5];
        Assert.Equal(5, RowHalving.Run(work, 0, 5, failures));
        Assert.Equal(new string?[] { "row 0", "row 1", "row 2", "row 3", "row 4" }, failures.ToArray());
    }

    private sealed class Work(int rows, params int[] bad) : IRowRun
    {
        private readonly bool[] _done = new bool[rows];

        public int Runs { get; private set; }

        public int[] Done => [.. Enumerable.Range(0, _done.Length).Where(row => _done[row])];

        public string? TryRun(int start, int count)
        {
            Runs++;
            foreach (var row in bad)
            {
                if (row >= start && row < start + count)
                {
                    return $"row {row}";
                }
            }
            Array.Fill(_done, true, start, count);
            return null;
        }
    }
}
