using System.Text.RegularExpressions;

namespace StreamGrains.Architecture.Tests;

/// <summary>
/// Which folders of a project use types of which others, as its text shows: a word that is the name of a type of another folder,
/// where that folder's namespace is seen or the name is qualified by it. A project's own folder counts as one.
/// </summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, Dictionary<string, Use>> uses = [];

    /// <param name="sources">Path and text of each source file.</param>
    public FolderGraph(IEnumerable<(string Path, string Text)> sources)
    {
        var files = sources.Select(s => new Source(s.Path, Comments().Replace(s.Text, ""))).ToList();
        var declared = files.SelectMany(f => f.Types.Select(t => (Type: t, File: f))).ToLookup(d => d.Type, d => d.File);
        foreach (var file in files)
        {
            foreach (Match chain in Names().Matches(file.Text))
            {
                var names = chain.Value.Split('.');
                for (var i = 0; i < names.Length; i++) Note(file, names[i], i == 0 ? null : names[i - 1], declared[names[i]]);
            }
        }
    }

    /// <summary>The shortest way from a folder back to itself: a line for each use on it. Null when there is none.</summary>
    public string? Cycle()
    {
        var cycles = uses.SelectMany(from => from.Value.Keys.Select(to => (From: from.Key, Way: Way(to, from.Key))))
            .Where(c => c.Way is not null);
        var shortest = cycles.OrderBy(c => c.Way!.Count).ThenBy(c => c.From, StringComparer.Ordinal).FirstOrDefault();
        if (shortest.Way is not { } way) return null;
        return string.Join('\n', way.Prepend(shortest.From).Zip(way, (a, b) => $"{uses[a][b].File} uses {uses[a][b].Type} of {b}"));
    }

    private void Note(Source user, string type, string? qualifier, IEnumerable<Source> owners)
    {
        if (owners.Any(o => o.Folder == user.Folder && qualifier is null)) return;
        foreach (var owner in owners.Where(o => o.Folder != user.Folder))
        {
            if (!(qualifier is null ? user.Sees(owner.Namespace) : owner.Namespace.EndsWith("." + qualifier, StringComparison.Ordinal))) continue;
            if (!uses.TryGetValue(user.Folder, out var others)) uses[user.Folder] = others = [];
            others.TryAdd(owner.Folder, new Use(user.Path, type));
        }
    }

    /// <summary>Folders from one to another, both included; null where no way leads.</summary>
    private List<string>? Way(string from, string to)
    {
        var ways = new Queue<List<string>>([[from]]);
        var seen = new HashSet<string> { from };
        while (ways.TryDequeue(out var way))
        {
            if (way[^1] == to) return way;
            foreach (var next in uses.GetValueOrDefault(way[^1])?.Keys.Where(seen.Add) ?? []) ways.Enqueue([.. way, next]);
        }
        return null;
    }

    /// <summary>Comments and the text of strings, which may name anything.</summary>
    [GeneratedRegex(@"//[^\n]*|""{3}.*?""{3}|""(?:[^""\\\n]|\\.)*""", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*")]
    private static partial Regex Names();

    [GeneratedRegex(@"^(?!using|namespace)\S.*?\b(?:class|struct|interface|enum|record struct|record|delegate [^(]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declarations();

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Usings();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    private sealed record Use(string File, string Type);

    private sealed class Source(string path, string text)
    {
        private readonly HashSet<string> usings = [.. Usings().Matches(text).Select(u => u.Groups[1].Value)];

        public string Path => path;

        public string Text => text;

        public string Folder { get; } = path[..path.LastIndexOf('/')];

        public string Namespace { get; } = Namespaces().Match(text).Groups[1].Value;

        /// <summary>Those of its namespace; types within types go with theirs.</summary>
        public IReadOnlyList<string> Types { get; } = [.. Declarations().Matches(text).Select(d => d.Groups[1].Value)];

        public bool Sees(string other) => usings.Contains(other) || Namespace == other || Namespace.StartsWith(other + ".", StringComparison.Ordinal);
    }
}
