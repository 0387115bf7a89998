using System.Globalization;
using System.Text;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.State;

/// <summary>A key that somebody asks for, as its column would hold it.</summary>
/// <param name="Number">A long key; 0 for a text.</param>
/// <param name="Text">A text key as UTF-8; null for a long.</param>
public readonly record struct LookupKey(long Number, byte[]? Text)
{
    /// <summary>Reads a key of a column's type. False for a text that is no value of that type: no row can have it.</summary>
    public static bool TryParse(string text, ColumnType type, out LookupKey key)
    {
        var number = 0L;
        if (type != ColumnType.String && !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            key = default;
            return false;
        }
        key = new LookupKey(number, type == ColumnType.String ? Encoding.UTF8.GetBytes(text) : null);
        return true;
    }

    /// <summary>The partition of an internal topic whose owner has the key's state.</summary>
    public int PartitionOf(int partitions) => KeyHash.Partition(Text is null ? KeyHash.Of(Number) : KeyHash.Of(Text), partitions);
}
