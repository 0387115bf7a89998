namespace StreamGrains.Engine;

/// <summary>Finds what someone meant to write.</summary>
public static class NearestName
{
    private const int LongestName = 100, ShortestBeginning = 3;

    /// <summary>
    /// The member of <paramref name="known"/> nearest to <paramref name="written"/> (insertions, deletions, replacements and swaps of
    /// neighbours, case ignored), or null when none is within a third of the longer of both (two characters differ in one at most, one
    /// in its case). The first wins among equals. Where none is so near, one that begins with what is written will do, or that is its
    /// beginning.
    /// </summary>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > LongestName) return null;
        string? best = null, begins = null;
        var nearest = written.Length;
        foreach (var name in known)
        {
            if (begins is null && Begins(written, name)) begins = name;
            var limit = Math.Min(nearest, Math.Max(1, Math.Max(written.Length, name.Length) / 3) + 1);
            if (Math.Abs(name.Length - written.Length) >= limit || name.Length > LongestName) continue;
            var distance = Distance(written, name);
            if (distance >= limit) continue;
            (best, nearest) = (name, distance);
        }
        return best ?? begins;
    }

    private static bool Begins(string a, string b) =>
        Math.Min(a.Length, b.Length) >= ShortestBeginning && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase));

    /// <summary>Optimal string alignment: three rows of the edit matrix are enough.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1], last = stackalloc int[b.Length + 1], row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = Same(a[i - 1], b[j - 1]);
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            var free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
