using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace StreamGrains.Specs.Reading;

/// <summary>
/// Reads YAML, and so JSON, into nodes. Works on the parser's events and not on a YAML document, so that nesting, aliases and size
/// are bounded while reading.
/// </summary>
public sealed class SpecReader
{
    private const int LongestText = 1 << 20;
    private const int DeepestNesting = 24;
    private const int MostNodes = 50_000;

    private readonly SpecSource source;
    private readonly SpecErrors errors;
    private readonly Parser parser;
    private readonly Dictionary<string, SpecNode> anchors = [];
    private int nodes;

    private SpecReader(SpecSource source, SpecErrors errors)
    {
        this.source = source;
        this.errors = errors;
        parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>The one document of the text; null, with the reason among the errors, when it cannot be read.</summary>
    public static SpecNode? Read(SpecSource source, SpecErrors errors)
    {
        if (source.Text.Length > LongestText)
        {
            errors.Add(source, new(1, 1, 0), $"a spec may have {LongestText} characters; this one has {source.Text.Length}");
            return null;
        }
        try
        {
            return new SpecReader(source, errors).Document();
        }
        catch (YamlException e)
        {
            errors.Add(source, Within(source.Text, MarkOf(e.Start)), $"this is not YAML: {Plain(e)}");
        }
        catch (Refused e)
        {
            errors.Add(source, Within(source.Text, e.Mark), e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The parser's own surprises on odd input; the text is a user's, so it is the user who must hear of it.
            errors.Add(source, new(1, 1, 0), $"this is not YAML: {e.Message}");
        }
        return null;
    }

    private SpecNode Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) throw new Refused(new(1, 1, 0), "the spec is empty; it starts with a line such as 'job: card-fraud'");
        parser.Consume<DocumentStart>();
        var root = Node(1);
        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _)) throw new Refused(MarkOf(parser.Current!.Start), "a spec is one document; a second one starts here");
        return root;
    }

    private SpecNode Node(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!anchors.TryGetValue(alias.Value.Value, out var target))
                throw new Refused(MarkOf(alias.Start), $"no anchor '&{alias.Value}' before this alias");
            return Bounded(target, depth, MarkOf(alias.Start));
        }
        var start = MarkOf(parser.Current!.Start);
        if (depth > DeepestNesting || ++nodes > MostNodes) throw TooLarge(start);
        var anchor = parser.Current is NodeEvent { Anchor: { IsEmpty: false } name } ? name.Value : null;
        SpecNode node = parser.Current switch
        {
            Scalar => Text(),
            MappingStart => Map(start, depth),
            SequenceStart => List(start, depth),
            _ => throw new Refused(start, "expected a value here"),
        };
        if (anchor is not null) anchors[anchor] = node;
        return Bounded(node, depth, start);
    }

    private ScalarNode Text()
    {
        var scalar = parser.Consume<Scalar>();
        return new(source, MarkOf(scalar.Start), (int)scalar.End.Index, scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    private MapNode Map(SpecMark start, int depth)
    {
        parser.Consume<MappingStart>();
        var entries = new List<MapEntry>();
        var names = new HashSet<string>();
        MappingEnd end;
        while (!parser.TryConsume(out end!))
        {
            if (!parser.Accept<Scalar>(out _)) throw new Refused(MarkOf(parser.Current!.Start), "expected a name here");
            var key = Text();
            if (key.Plain && key.Text == "<<") throw new Refused(key.Start, "merge keys ('<<') are not supported; write the values out");
            var value = Node(depth + 1);
            if (names.Add(key.Text)) entries.Add(new(key, value));
            else errors.Add(source, key.Start, $"'{key.Text}' is here twice");
        }
        return new(source, start, (int)end.End.Index, entries);
    }

    private ListNode List(SpecMark start, int depth)
    {
        parser.Consume<SequenceStart>();
        var items = new List<SpecNode>();
        SequenceEnd end;
        while (!parser.TryConsume(out end!)) items.Add(Node(depth + 1));
        return new(source, start, (int)end.End.Index, items);
    }

    private static SpecNode Bounded(SpecNode node, int depth, SpecMark mark) =>
        node.Depth + depth - 1 <= DeepestNesting && node.Size <= MostNodes ? node : throw TooLarge(mark);

    private static Refused TooLarge(SpecMark mark) =>
        new(mark, $"too much: a spec may have {DeepestNesting} levels and {MostNodes} values, aliases written out");

    /// <summary>The mark, or the last character of the text where the parser points behind its end.</summary>
    private static SpecMark Within(string text, SpecMark mark)
    {
        var last = text.TrimEnd().Length - 1;
        if (mark.Index <= last || last < 0) return mark;
        var line = text.LastIndexOf('\n', last) + 1;
        return new(text.AsSpan(0, line).Count('\n') + 1, last - line + 1, last);
    }

    private static SpecMark MarkOf(Mark mark) => new((int)mark.Line, (int)mark.Column, (int)mark.Index);

    /// <summary>The parser's message without the place that it puts in front.</summary>
    private static string Plain(YamlException e)
    {
        var message = e.InnerException?.Message ?? e.Message;
        var end = message.StartsWith('(') ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        return end < 0 ? message : message[(end + 3)..];
    }

    /// <summary>Ends the reading of this text; never leaves <see cref="Read"/>.</summary>
    private sealed class Refused(SpecMark mark, string message) : Exception(message)
    {
        public SpecMark Mark { get; } = mark;
    }
}
