using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace StreamGrains.Specs.Stages;

/// <summary>
/// Hash of everything that decides the meaning of stored state, internal topics included: the source's fields and times, and the steps that compute
/// up to the last one that keeps state. Later steps, sinks, models, and settings of commits and snapshots are not part of it.
/// </summary>
internal sealed class Fingerprint
{
    private const string Version = "state 2";

    private readonly List<string> lines = [];
    private int kept;

    /// <summary>Adds one step, in order.</summary>
    public void Add(string canonical, bool keepsState)
    {
        lines.Add(canonical);
        if (keepsState) kept = lines.Count;
    }

    /// <summary>The first 128 bits of the SHA-256 of the lines; without state, of the source alone.</summary>
    public UInt128 Hash()
    {
        var text = string.Join('\n', lines.Take(Math.Max(kept, 1)).Prepend(Version));
        return BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
