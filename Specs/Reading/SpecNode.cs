namespace StreamGrains.Specs.Reading;

/// <summary>A text that spec nodes were read from: a file, or one override.</summary>
public sealed record SpecSource(string File, string Text);

/// <summary>A place in a source. Line and column count from 1, the index from 0.</summary>
public readonly record struct SpecMark(int Line, int Column, int Index);

/// <summary>
/// One node of a spec's YAML with its place. An alias is the very node of its anchor, so nodes form a graph without cycles;
/// <see cref="Size"/> and <see cref="Depth"/> are those of the tree it stands for.
/// </summary>
public abstract record SpecNode(SpecSource Source, SpecMark Start, int EndIndex)
{
    /// <summary>Nodes of the tree below and including this one.</summary>
    public abstract long Size { get; }

    /// <summary>Levels of the tree below and including this one.</summary>
    public abstract int Depth { get; }

    /// <summary>What it is, for people.</summary>
    public abstract string Kind { get; }
}

/// <summary>A text, number, true or false.</summary>
public sealed record ScalarNode(SpecSource Source, SpecMark Start, int EndIndex, string Text, bool Plain) : SpecNode(Source, Start, EndIndex)
{
    /// <summary>Nothing, <c>~</c> or <c>null</c>, unquoted.</summary>
    public bool IsNull => Plain && Text is "" or "~" or "null";

    public override long Size => 1;

    public override int Depth => 1;

    public override string Kind => IsNull ? "nothing" : "a text";

    /// <summary>
    /// The place of character <paramref name="offset"/> of the text. Quotes, escapes and folded lines make text and source differ, so both are
    /// walked together over the characters that are not white space.
    /// </summary>
    public SpecMark MarkOf(int offset)
    {
        var source = Source.Text;
        var end = Math.Min(EndIndex, source.Length);
        var at = Start.Index;
        if (!Plain && at < end) at = source[at] is '|' or '>' ? LineEnd(source, at, end) : at + 1;
        for (var i = 0; i < Text.Length && at < end; i++)
        {
            if (char.IsWhiteSpace(Text[i])) continue;
            while (at < end && source[at] != Text[i]) at++;
            if (i >= offset || at >= end) break;
            at++;
        }
        return at >= end ? Start : Advance(source, at);
    }

    private static int LineEnd(string source, int at, int end)
    {
        while (at < end && source[at] != '\n') at++;
        return at;
    }

    private SpecMark Advance(string source, int index)
    {
        var (line, column) = (Start.Line, Start.Column);
        for (var i = Start.Index; i < index; i++) (line, column) = source[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        return new(line, column, index);
    }
}

/// <summary>Named values in the order written.</summary>
internal sealed record MapNode(SpecSource Source, SpecMark Start, int EndIndex, IReadOnlyList<MapEntry> Entries) : SpecNode(Source, Start, EndIndex)
{
    public override long Size { get; } = 1 + Entries.Sum(e => 1 + e.Value.Size);

    public override int Depth { get; } = 1 + Entries.Select(e => e.Value.Depth).DefaultIfEmpty(0).Max();

    public override string Kind => "named values";
}

/// <summary>One named value.</summary>
internal sealed record MapEntry(ScalarNode Key, SpecNode Value);

/// <summary>Values in the order written.</summary>
internal sealed record ListNode(SpecSource Source, SpecMark Start, int EndIndex, IReadOnlyList<SpecNode> Items) : SpecNode(Source, Start, EndIndex)
{
    public override long Size { get; } = 1 + Items.Sum(i => i.Size);

    public override int Depth { get; } = 1 + Items.Select(i => i.Depth).DefaultIfEmpty(0).Max();

    public override string Kind => "a list";
}
