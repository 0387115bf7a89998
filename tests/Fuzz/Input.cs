using FsCheck;
using FsCheck.Fluent;

namespace StreamGrains.Fuzz;

/// <summary>One change to a sample.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="At">Where, in 1/65536 of the length.</param>
/// <param name="Length">Bytes it takes in.</param>
/// <param name="Value">A byte, or which scrap.</param>
internal sealed record Edit(EditKind Kind, int At, int Length, int Value)
{
    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0xFF];

    public byte[] Apply(byte[] bytes, IReadOnlyList<byte[]> scraps)
    {
        var at = (int)((long)At * (bytes.Length + 1) >> 16);
        var length = Math.Min(Length, bytes.Length - at);
        byte[] before = bytes[..at], within = bytes[at..(at + length)], after = bytes[(at + length)..];
        return Kind switch
        {
            EditKind.Cut => before,
            EditKind.Remove => [.. before, .. after],
            EditKind.Repeat => [.. before, .. within, .. within, .. after],
            EditKind.Insert => [.. before, .. scraps[Value % scraps.Count], .. within, .. after],
            EditKind.Replace => [.. before, .. scraps[Value % scraps.Count], .. after],
            EditKind.Flip => [.. before, .. within.Select((b, i) => i == 0 ? (byte)(b ^ (1 << (Value & 7))) : b), .. after],
            _ => [.. before, .. within.Select(_ => Telling[Value % Telling.Length]), .. after],
        };
    }
}

internal enum EditKind
{
    Cut,
    Remove,
    Repeat,
    Insert,
    Replace,
    Flip,
    Fill,
}

/// <summary>A sample with changes, or bytes of no origin; smaller ones have fewer changes.</summary>
internal sealed record Input(byte[] Sample, IReadOnlyList<Edit> Edits)
{
    /// <summary>Inputs for a target: most are samples with a few changes, some with many, some are noise.</summary>
    public static Arbitrary<Input> For(Target target)
    {
        var edit = from kind in Gen.Frequency((1, Gen.Elements(EditKind.Cut, EditKind.Fill)), (4, Gen.Elements(EditKind.Remove, EditKind.Repeat, EditKind.Replace)), (5, Gen.Elements(EditKind.Flip, EditKind.Insert)))
                   from at in Gen.Choose(0, 65535)
                   from length in Gen.Frequency((3, Gen.Choose(1, 1)), (2, Gen.Choose(2, 8)), (1, Gen.Choose(9, 200)))
                   from value in Gen.Choose(0, 10_000)
                   select new Edit(kind, at, length, value);
        var edits = from count in Gen.Frequency((4, Gen.Choose(1, 1)), (4, Gen.Choose(2, 4)), (1, Gen.Choose(5, 40)))
                    from list in Gen.ListOf(edit, count)
                    select list.ToList();
        var mutated = from sample in Gen.Elements(target.Samples.ToArray())
                      from list in edits
                      select new Input(sample, list);
        var noise = from size in Gen.Choose(0, 300)
                    from bytes in Gen.ArrayOf(Gen.Choose(0, 255), size)
                    select new Input([.. bytes.Select(b => (byte)b)], []);
        return Arb.From(Gen.Frequency((19, mutated), (1, noise)), Smaller);
    }

    public byte[] Bytes(Target target) => target.Seal(Edits.Aggregate(Sample, (bytes, edit) => edit.Apply(bytes, target.Scraps)));

    private static IEnumerable<Input> Smaller(Input input)
    {
        for (var i = 0; i < input.Edits.Count; i++) yield return input with { Edits = [.. input.Edits.Where((_, at) => at != i)] };
        if (input.Edits.Count > 0 || input.Sample.Length == 0) yield break;
        for (var size = input.Sample.Length / 2; size > 0; size /= 2)
        {
            yield return input with { Sample = input.Sample[..^size] };
            yield return input with { Sample = input.Sample[size..] };
        }
    }
}
