using System.Globalization;
using System.Text;

namespace StreamGrains.Kafka;

/// <summary>Text of a Java .properties file: <c>key=value</c> lines, <c>#</c> and <c>!</c> for comments, a backslash to go on in the next line and for odd characters. Pure.</summary>
internal static class PropertiesText
{
    /// <summary>The settings, the last of each name. Throws <see cref="ArgumentException"/> for an escape that is none.</summary>
    public static Dictionary<string, string> Read(string text)
    {
        var found = new Dictionary<string, string>();
        foreach (var line in Lines(text))
        {
            var end = 0;
            while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t')) end += line[end] == '\\' ? 2 : 1;
            end = Math.Min(end, line.Length);
            var value = line[end..].TrimStart(' ', '\t');
            if (value is ['=' or ':', ..]) value = value[1..].TrimStart(' ', '\t');
            found[Plain(line[..end])] = Plain(value);
        }
        return found;
    }

    /// <summary>Logical lines that say something.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var open = new StringBuilder();
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            var line = raw.TrimEnd('\r').TrimStart(' ', '\t', '\f');
            if (open.Length == 0 && line is "" or ['#' or '!', ..]) continue;
            var slashes = line.Length - line.TrimEnd('\\').Length;
            open.Append(slashes % 2 == 1 ? line[..^1] : line);
            if (slashes % 2 == 1) continue;
            yield return open.ToString();
            open.Clear();
        }
        if (open.Length > 0) yield return open.ToString();
    }

    private static string Plain(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || ++i == text.Length)
            {
                if (i < text.Length) plain.Append(text[i]);
                continue;
            }
            if (text[i] != 'u') plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var c => c });
            else if (i + 4 < text.Length && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) (_, i) = (plain.Append((char)code), i + 4);
            else throw new ArgumentException("a '\\u' is followed by four hexadecimal digits");
        }
        return plain.ToString();
    }
}
