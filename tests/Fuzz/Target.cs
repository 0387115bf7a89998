using System.Text;

namespace StreamGrains.Fuzz;

/// <summary>
/// Something that reads bytes of strangers. Whatever the bytes are, it neither throws nor hangs nor takes memory that the bytes do not account for, and what it
/// refuses it refuses with a reason that names the place.
/// </summary>
internal abstract class Target
{
    private static readonly string[] AnyScraps = ["", "\0", "\u00FF", "é", "日本", "\uFFFF", "999999999999999999999", "-1", "1e999"];

    public abstract string Name { get; }

    /// <summary>Inputs that are fine.</summary>
    public abstract IReadOnlyList<byte[]> Samples { get; }

    /// <summary>Bits that make inputs interesting.</summary>
    public virtual IReadOnlyList<byte[]> Scraps { get; } = Bytes(AnyScraps);

    /// <summary>Bytes of memory that any input may take, and per byte of input.</summary>
    public virtual (long Base, long PerByte) Memory => (1 << 20, 64);

    /// <summary>Makes an altered input pass a first check, such as a checksum, so that what lies behind it is reached.</summary>
    public virtual byte[] Seal(byte[] bytes) => bytes;

    /// <summary>Reads an input. Returns whether it was taken; throws when it did not behave.</summary>
    public abstract bool Read(byte[] input);

    protected static IReadOnlyList<byte[]> Bytes(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    protected static IReadOnlyList<byte[]> WithAny(params IEnumerable<string> texts) => Bytes([.. AnyScraps, .. texts]);

    protected static void Check(bool holds, string rule)
    {
        if (!holds) throw new InvalidOperationException(rule);
    }
}
