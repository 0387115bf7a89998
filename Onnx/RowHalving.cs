namespace StreamGrains.Onnx;

/// <summary>Something that works on a run of rows or fails as a whole.</summary>
internal interface IRowRun
{
    /// <summary>Null when rows <paramref name="start"/> to start + <paramref name="count"/> - 1 are done; otherwise why they failed.</summary>
    string? TryRun(int start, int count);
}

/// <summary>Finds the rows that make a run fail, by halving: each row that can be done is done, at a cost of about 2 log2(n) runs for one bad row.</summary>
internal static class RowHalving
{
    /// <summary>Puts the reason of each failed row into <paramref name="failures"/>; returns their number.</summary>
    public static int Run(IRowRun work, int start, int count, Span<string?> failures)
    {
        var reason = work.TryRun(start, count);
        if (reason is null)
        {
            return 0;
        }
        if (count == 1)
        {
            failures[start] = reason;
            return 1;
        }
        var half = count / 2;
        return Run(work, start, half, failures) + Run(work, start + half, count - half, failures);
    }
}
