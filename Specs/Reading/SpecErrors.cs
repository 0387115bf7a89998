using StreamGrains.Contracts;
using StreamGrains.Engine;

namespace StreamGrains.Specs.Reading;

/// <summary>
/// Collects the mistakes of one spec by path (<c>steps[2].score.model</c>), knowing where each path stands in the text. The first mistake at a
/// path wins, so that one missing value is reported once.
/// </summary>
public sealed class SpecErrors(string file)
{
    private const int Most = 200;

    private readonly List<SpecError> errors = [];
    private readonly HashSet<(string, int)> reported = [];
    private readonly Dictionary<string, SpecNode> values = [];
    private readonly Dictionary<string, ScalarNode> keys = [];

    /// <summary>Whether there is none.</summary>
    public bool None => errors.Count == 0;

    /// <summary>Remembers where the value, and its name if it has one, of a path stands.</summary>
    public void Place(string path, SpecNode value, ScalarNode? key = null)
    {
        values[path] = value;
        if (key is not null) keys[path] = key;
    }

    /// <summary>Leaves out what would still be said about the value at a path: a mistake inside it explains it.</summary>
    public void Silence(string path) => reported.Add((path, -1));

    /// <summary>Whether the value at a path has been found wrong.</summary>
    public bool Reported(string path) => reported.Contains((path, -1));

    /// <summary>A mistake in the value at a path; <paramref name="offset"/> is a character of its text.</summary>
    public void Add(string path, string message, string? suggestion = null, int offset = -1)
    {
        if (values.TryGetValue(path, out var node))
        {
            var mark = node is ScalarNode scalar && offset >= 0 ? scalar.MarkOf(offset) : node.Start;
            Add(path, offset, node.Source, mark, message, suggestion);
        }
        else if (Nearest(path) is { } parent) Add(path, offset, parent.Source, parent.Start, message, suggestion);
        else if (IsNew(path, offset)) errors.Add(new(file, 0, 0, path.Length == 0 ? message : $"{path}: {message}", suggestion));
    }

    /// <summary>A text at a path that is none of those that there are.</summary>
    public void AddChoice(string path, string text, IReadOnlyCollection<string> choices) =>
        Add(path, $"'{Shown(text)}' is not one of {string.Join(", ", choices)}", NearestName.Of(text, choices));

    /// <summary>What a user wrote, cut where it is long.</summary>
    internal static string Shown(string text) => text.Length <= 60 ? text : text[..57] + "...";

    /// <summary>A mistake in the name at a path.</summary>
    public void AddAtKey(string path, string message, string? suggestion = null)
    {
        if (keys.TryGetValue(path, out var key)) Add(path, -2, key.Source, key.Start, message, suggestion);
        else Add(path, message, suggestion);
    }

    /// <summary>A mistake at a place.</summary>
    public void Add(SpecSource source, SpecMark mark, string message, string? suggestion = null) =>
        Add($"{source.File}:{mark.Index}", -1, source, mark, message, suggestion);

    /// <summary>All mistakes in the order of the text, overrides last.</summary>
    public IReadOnlyList<SpecError> Sorted() =>
        [.. errors.OrderBy(e => e.File != file).ThenBy(e => e.File, StringComparer.Ordinal).ThenBy(e => e.Line).ThenBy(e => e.Column)];

    private void Add(string path, int offset, SpecSource source, SpecMark mark, string message, string? suggestion)
    {
        if (IsNew(path, offset)) errors.Add(new(source.File, mark.Line, mark.Column, message, suggestion));
    }

    private bool IsNew(string path, int offset) => !reported.Contains((path, -1)) && reported.Add((path, offset)) && errors.Count < Most;

    private SpecNode? Nearest(string path)
    {
        while (path.Length > 0)
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
            if (keys.TryGetValue(path, out var key)) return key;
            if (values.TryGetValue(path, out var value)) return value;
        }
        return null;
    }
}
