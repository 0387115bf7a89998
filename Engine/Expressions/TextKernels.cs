using System.Text;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

// Text is compared by its UTF-8 bytes, which is the order of its code points.

/// <summary>A test of two texts.</summary>
public interface ITextTest
{
    /// <summary>The answer for one row.</summary>
    static abstract bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right);
}

/// <summary>Applies a test to each row's two texts; a null on either side gives null.</summary>
public sealed class TextTest<TTest>(Expression left, Expression right) : Expression(ColumnType.Bool, left.Nullable || right.Nullable)
    where TTest : struct, ITextTest
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (left.Values(batch), right.Values(batch));
        var x = Cells.Of<ByteSlice>(a, batch.Count);
        var y = Cells.Of<ByteSlice>(b, batch.Count);
        var results = Cells.Of<long>(target, batch.Count);
        for (var i = 0; i < results.Length; i++) results[i] = TTest.Apply(batch.Text[x[i]], batch.Text[y[i]]) ? 1 : 0;
        Cells.TakeNulls(target, a, b, batch.Count);
    }

    public override Expression Copy() => new TextTest<TTest>(left.Copy(), right.Copy());
}

public struct EqualText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);
}

public struct NotEqualText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => !left.SequenceEqual(right);
}

public struct LessText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) < 0;
}

public struct LessOrEqualText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right) <= 0;
}

public struct StartsWithText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.StartsWith(right);
}

public struct EndsWithText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.EndsWith(right);
}

public struct ContainsText : ITextTest
{
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.IndexOf(right) >= 0;
}

/// <summary>Number of code points of each text.</summary>
public sealed class TextLength(Expression operand) : Expression(ColumnType.Long, operand.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        var texts = Cells.Of<ByteSlice>(column, batch.Count);
        var results = Cells.Of<long>(target, batch.Count);
        for (var i = 0; i < results.Length; i++) results[i] = CodePoints(batch.Text[texts[i]]);
        Cells.TakeNulls(target, column, batch.Count);
    }

    /// <summary>Bytes that do not continue a code point.</summary>
    private static long CodePoints(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text) count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    public override Expression Copy() => new TextLength(operand.Copy());
}

/// <summary>Each text in lower or upper case, code point by code point, the same in every culture.</summary>
public sealed class ChangeCase(bool upper, Expression operand) : Expression(ColumnType.String, operand.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        for (var i = 0; i < batch.Count; i++) target.Texts[i] = Change(batch.Text, column.Texts[i]);
        Cells.TakeNulls(target, column, batch.Count);
    }

    private ByteSlice Change(ByteArena arena, ByteSlice slice)
    {
        // A code point may take more bytes in the other case, never more than three for one.
        var room = arena.Reserve(slice.Length * 3);
        var text = arena[slice];
        var written = 0;
        while (!text.IsEmpty)
        {
            if (text[0] < 128)
            {
                var letter = (char)text[0];
                room[written++] = (byte)(upper ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter));
                text = text[1..];
                continue;
            }
            Rune.DecodeFromUtf8(text, out var rune, out var used);
            written += (upper ? Rune.ToUpperInvariant(rune) : Rune.ToLowerInvariant(rune)).EncodeToUtf8(room[written..]);
            text = text[used..];
        }
        return arena.Take(written);
    }

    public override Expression Copy() => new ChangeCase(upper, operand.Copy());
}

/// <summary>
/// The left text followed by the right one; a null on either side gives null. What goes beyond <see cref="Longest"/> bytes is cut off,
/// so that texts cannot grow without bound from one computed column to the next.
/// </summary>
public sealed class Concat(Expression left, Expression right) : Expression(ColumnType.String, left.Nullable || right.Nullable)
{
    /// <summary>Most bytes of a result.</summary>
    public const int Longest = 65_536;

    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (left.Values(batch), right.Values(batch));
        for (var i = 0; i < batch.Count; i++)
        {
            var (x, y) = (a.Texts[i], b.Texts[i]);
            var room = batch.Text.Reserve(x.Length + y.Length);
            batch.Text[x].CopyTo(room);
            batch.Text[y].CopyTo(room[x.Length..]);
            target.Texts[i] = batch.Text.Take(Cut(room[..(x.Length + y.Length)]));
        }
        Cells.TakeNulls(target, a, b, batch.Count);
    }

    /// <summary>Length up to the last whole code point that fits.</summary>
    private static int Cut(ReadOnlySpan<byte> text)
    {
        if (text.Length <= Longest) return text.Length;
        var length = Longest;
        while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
        return length;
    }

    public override Expression Copy() => new Concat(left.Copy(), right.Copy());
}
