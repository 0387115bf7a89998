namespace StreamGrains.Onnx;

/// <summary>The name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The nearest of <paramref name="names"/>, or null when none is near: at most a third of the letters differ.</summary>
    public static string? Of(string wanted, IEnumerable<string> names) =>
        names.Select(name => (name, distance: Distance(wanted, name)))
            .Where(candidate => candidate.distance <= Math.Max(1, Math.Max(wanted.Length, candidate.name.Length) / 3)
                || candidate.name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) || wanted.StartsWith(candidate.name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(candidate => candidate.distance)
            .Select(candidate => candidate.name)
            .FirstOrDefault();

    // Levenshtein, case ignored.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
