using System.Globalization;

namespace StreamGrains.Grains.Interfaces;

/// <summary>Key of a partition grain: <c>job/slot</c>.</summary>
public readonly record struct SlotKey(string Job, int Slot)
{
    /// <summary>Reads a key. Throws <see cref="ArgumentException"/> for one that nobody makes here.</summary>
    public static SlotKey Parse(string key)
    {
        var slash = key.LastIndexOf('/');
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
            ? new SlotKey(key[..slash], slot)
            : throw new ArgumentException($"'{key}' is no key of a partition grain; one reads job/slot, such as card-fraud/3", nameof(key));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job}/{Slot}");
}
