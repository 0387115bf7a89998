namespace StreamGrains.Cli.Remote;

/// <summary>What differs between two texts, line by line, as <c>diff -u</c> writes it. Pure.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    /// <summary>Beyond so many pairs of lines the part that differs is shown as replaced whole.</summary>
    private const long MostPairs = 4_000_000;

    /// <summary>Lines that begin with <c>@@</c>, a space, <c>-</c> or <c>+</c>; none when nothing differs.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var edits = Edits(before, after);
        var changed = Enumerable.Range(0, edits.Count).Where(i => edits[i].Kind != ' ').ToList();
        var output = new List<string>();
        for (var i = 0; i < changed.Count;)
        {
            var last = i;
            while (last + 1 < changed.Count && changed[last + 1] - changed[last] <= 2 * Context + 1) last++;
            var (from, to) = (Math.Max(0, changed[i] - Context), Math.Min(edits.Count, changed[last] + Context + 1));
            var hunk = edits.GetRange(from, to - from);
            output.Add($"@@ -{Range(edits, from, hunk, '+')} +{Range(edits, from, hunk, '-')} @@");
            output.AddRange(hunk.Select(e => e.Kind + e.Line));
            i = last + 1;
        }
        return output;
    }

    /// <summary>First line and number of lines of a hunk on the side that has no lines of the other kind.</summary>
    private static string Range(List<(char Kind, string Line)> edits, int from, List<(char Kind, string Line)> hunk, char other)
    {
        var (start, count) = (edits.Take(from).Count(e => e.Kind != other), hunk.Count(e => e.Kind != other));
        return $"{(count == 0 ? start : start + 1)},{count}";
    }

    private static List<(char Kind, string Line)> Edits(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var shorter = Math.Min(before.Count, after.Count);
        var (head, tail) = (0, 0);
        while (head < shorter && before[head] == after[head]) head++;
        while (tail < shorter - head && before[before.Count - 1 - tail] == after[after.Count - 1 - tail]) tail++;
        var edits = new List<(char, string)>(before.Take(head).Select(l => (' ', l)));
        Middle([.. before.Skip(head).SkipLast(tail)], [.. after.Skip(head).SkipLast(tail)], edits);
        edits.AddRange(before.TakeLast(tail).Select(l => (' ', l)));
        return edits;
    }

    /// <summary>The longest common subsequence is kept: <c>common[i, j]</c> is its length from lines i and j on.</summary>
    private static void Middle(string[] before, string[] after, List<(char Kind, string Line)> edits)
    {
        var (i, j) = (0, 0);
        if ((long)before.Length * after.Length <= MostPairs)
        {
            var common = new int[before.Length + 1, after.Length + 1];
            for (var a = before.Length - 1; a >= 0; a--)
                for (var b = after.Length - 1; b >= 0; b--)
                    common[a, b] = before[a] == after[b] ? common[a + 1, b + 1] + 1 : Math.Max(common[a + 1, b], common[a, b + 1]);
            while (i < before.Length && j < after.Length)
            {
                if (before[i] == after[j])
                {
                    edits.Add((' ', before[i]));
                    (i, j) = (i + 1, j + 1);
                }
                else if (common[i + 1, j] >= common[i, j + 1]) edits.Add(('-', before[i++]));
                else edits.Add(('+', after[j++]));
            }
        }
        edits.AddRange(before.Skip(i).Select(l => ('-', l)));
        edits.AddRange(after.Skip(j).Select(l => ('+', l)));
    }
}
