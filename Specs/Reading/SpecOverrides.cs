using System.Globalization;
using StreamGrains.Engine;

namespace StreamGrains.Specs.Reading;

/// <summary>
/// Puts <c>path=value</c> overrides into a spec before it is bound. A path is names and list positions: <c>commit.every</c>,
/// <c>steps[5].score.model</c>; in a list, a name stands for the one item that has it: <c>steps.score.model</c>. The value is YAML.
/// </summary>
public sealed class SpecOverrides
{
    private readonly SpecErrors errors;
    private readonly SpecSource source;
    private readonly List<Segment> path;
    private readonly SpecNode value;

    private SpecOverrides(SpecErrors errors, SpecSource source, List<Segment> path, SpecNode value) =>
        (this.errors, this.source, this.path, this.value) = (errors, source, path, value);

    /// <summary>The spec with the override in it; the same spec, with the reason among the errors, when it cannot be.</summary>
    public static SpecNode Apply(SpecNode root, string text, SpecErrors errors)
    {
        var source = new SpecSource($"--set {text}", text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? null : Segments(text[..equals]);
        if (path is null)
        {
            errors.Add(source, new(1, 1, 0), "an override reads path=value, such as commit.every=1s or steps[2].score.model=other.onnx");
            return root;
        }
        // The path is blanked out and not cut off, so that places in the value are places in the override.
        var value = SpecReader.Read(source with { Text = new string(' ', equals + 1) + text[(equals + 1)..] }, errors);
        return value is null ? root : new SpecOverrides(errors, source, path, value).Put(root, 0);
    }

    private SpecNode Put(SpecNode node, int at)
    {
        if (at == path.Count) return value;
        var segment = path[at];
        return (node, segment.Position) switch
        {
            (ListNode list, { } position) when position < list.Items.Count => Replace(list, position, at + 1),
            (ListNode list, { }) => Fail(node, segment, $"the list ends at [{list.Items.Count - 1}]"),
            (ListNode list, null) => PutByName(list, segment, at),
            (MapNode map, null) => PutNamed(map, segment, at),
            (ScalarNode { IsNull: true }, null) => PutNamed(new MapNode(node.Source, node.Start, node.EndIndex, []), segment, at),
            (_, null) => Fail(node, segment, $"there is nothing called '{segment.Name}' here: the spec has {node.Kind}"),
            _ => Fail(node, segment, $"there is no list here: the spec has {node.Kind}"),
        };
    }

    private MapNode PutNamed(MapNode map, Segment segment, int at)
    {
        var entries = map.Entries.ToList();
        var index = entries.FindIndex(e => e.Key.Text == segment.Name);
        var key = new ScalarNode(source, Mark(segment), segment.Index + segment.Name!.Length, segment.Name, Plain: true);
        if (index >= 0) entries[index] = new(entries[index].Key, Put(entries[index].Value, at + 1));
        else entries.Add(new(key, Put(new MapNode(source, Mark(segment), segment.Index, []), at + 1)));
        return new(map.Source, map.Start, map.EndIndex, entries);
    }

    private SpecNode PutByName(ListNode list, Segment segment, int at)
    {
        var named = Enumerable.Range(0, list.Items.Count).Where(i => Names(list.Items[i]).Contains(segment.Name)).ToList();
        if (named.Count == 1) return Replace(list, named[0], at);
        if (named.Count > 1)
            return Fail(list, segment, $"the list has {named.Count} items with '{segment.Name}'; name one by its position, such as [{named[0]}]");
        return Fail(list, segment, $"no item of the list has '{segment.Name}'", NearestName.Of(segment.Name!, list.Items.SelectMany(Names)));
    }

    private static IEnumerable<string> Names(SpecNode node) => node is MapNode map ? map.Entries.Select(e => e.Key.Text) : [];

    private ListNode Replace(ListNode list, int position, int next)
    {
        var items = list.Items.ToList();
        items[position] = Put(items[position], next);
        return new(list.Source, list.Start, list.EndIndex, items);
    }

    private SpecNode Fail(SpecNode node, Segment segment, string message, string? suggestion = null)
    {
        errors.Add(source, Mark(segment), message, suggestion);
        return node;
    }

    private static SpecMark Mark(Segment segment) => new(1, segment.Index + 1, segment.Index);

    private static List<Segment>? Segments(string path)
    {
        var segments = new List<Segment>();
        for (var at = 0; at < path.Length;)
        {
            var start = at;
            if (path[at] == '[')
            {
                at = path.IndexOf(']', at) + 1;
                if (at == 0 || !int.TryParse(path.AsSpan(start + 1, at - start - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                    return null;
                segments.Add(new(null, position, start));
            }
            else
            {
                if (start > 0 && path[at++] != '.') return null;
                var end = path.AsSpan(at).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : at + end;
                if (end == at) return null;
                segments.Add(new(path[at..end], null, at));
                at = end;
            }
        }
        return segments.Count is 0 or > 20 ? null : segments;
    }

    /// <summary>One step of a path: a name or a position in a list.</summary>
    private readonly record struct Segment(string? Name, int? Position, int Index);
}
