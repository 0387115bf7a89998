using System.Globalization;
using System.Text;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Json;

/// <summary>Resolves the escapes of a JSON string.</summary>
internal static class JsonText
{
    /// <summary>
    /// Appends what the escaped <paramref name="content"/> stands for. False when an escape names half a surrogate pair: that is no text.
    /// The scanner has checked the form of every escape.
    /// </summary>
    public static bool TryUnescape(ReadOnlySpan<byte> content, ByteArena target, out ByteSlice slice)
    {
        var start = target.Length;
        slice = default;
        while (!content.IsEmpty)
        {
            var plain = content.IndexOf((byte)'\\');
            if (plain < 0) plain = content.Length;
            target.Append(content[..plain]);
            content = content[plain..];
            if (content.IsEmpty) break;
            if (content[1] != 'u')
            {
                target.Append([Simple(content[1])]);
                content = content[2..];
                continue;
            }
            var unit = Unit(content);
            content = content[6..];
            if (!Rune.TryCreate(unit, out var rune))
            {
                if (content.Length < 6 || content[0] != '\\' || content[1] != 'u' || !Rune.TryCreate(unit, Unit(content), out rune)) return false;
                content = content[6..];
            }
            target.Take(rune.EncodeToUtf8(target.Reserve(4)));
        }
        slice = new ByteSlice(start, target.Length - start);
        return true;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static byte Simple(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };
}
