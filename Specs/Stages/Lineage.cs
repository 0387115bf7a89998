using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamGrains.Contracts;
using StreamGrains.Engine.Formats;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Stages;

/// <summary>
/// What the rows and columns of a stage are made of, as hashes: equal in two specs where equal input gives equal rows and values, whatever else the specs compute beside them.
/// That tells whose state fits a step of another spec, where the <see cref="Fingerprint"/> only tells whether all of it does.
/// </summary>
internal sealed class Lineage
{
    private readonly Dictionary<string, UInt128> columns = new(StringComparer.Ordinal);

    /// <summary>Which rows come to the next step.</summary>
    public UInt128 Rows { get; private set; }

    /// <summary>The source's rows. A record that cannot be decoded is a bad one, not another one: fields are part of the columns only.</summary>
    public void Begin(SourceSpec source, IRecordFormat format)
    {
        var places = format.ByPosition ? source.Fields.Where(f => f.Value.From == FieldOrigin.Value).Select(f => f.Key).ToList() : [];
        foreach (var (name, field) in source.Fields)
            Define(name, Hash("field", source.Format, field.Type, field.From, field.Name ?? name, field.Optional, places.IndexOf(name)));
        Rows = Hash("source", source.Topic, source.Format, source.EventTime is { } time ? Column(time) : 0, source.Watermark.Delay.Ticks);
    }

    /// <summary>The rows behind a step that changes which there are; their columns are still to be defined.</summary>
    public void Begin(UInt128 rows)
    {
        columns.Clear();
        Rows = rows;
    }

    /// <summary>The rows behind a step that lets some through: those of which something is true that is made of <paramref name="condition"/>.</summary>
    public void Filter(UInt128 condition) => Rows = Hash("filter", Rows, condition);

    public void Define(string column, UInt128 meaning) => columns[column] = meaning;

    public UInt128 Column(string name) => columns.GetValueOrDefault(name);

    /// <summary>An expression over the present columns.</summary>
    public UInt128 Of(SyntaxNode node) => Hash([node, .. Names(node).Distinct().Select(name => (object)Column(name))]);

    /// <summary>The first 128 bits of the SHA-256 of the parts' texts, each behind its length.</summary>
    public static UInt128 Hash(params IEnumerable<object> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            var word = FormattableString.Invariant($"{part}");
            text.Append(word.Length).Append(' ').Append(word);
        }
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static IEnumerable<string> Names(SyntaxNode node) => node switch
    {
        NameNode name => [name.Name],
        UnaryNode unary => Names(unary.Operand),
        BinaryNode binary => [.. Names(binary.Left), .. Names(binary.Right)],
        InNode list => [.. Names(list.Operand), .. list.Items.SelectMany(Names)],
        IsNullNode test => Names(test.Operand),
        CallNode call => call.Arguments.SelectMany(Names),
        _ => [],
    };
}
