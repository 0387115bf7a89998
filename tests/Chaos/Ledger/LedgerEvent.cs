using System.Globalization;
using System.Text.Unicode;

namespace StreamGrains.Chaos.Ledger;

/// <summary>What is wrong with an event's record.</summary>
internal enum Defect
{
    None,
    Truncated,
    WrongType,
    MissingField,
    NoValue,
    BadText,
}

/// <summary>
/// Event number n: everything about it follows from n. Event time goes on by a millisecond a number, less up to <see cref="DisorderMs"/>, which is less than the
/// job's watermark delay; so no row is late.
/// </summary>
internal static class LedgerEvent
{
    public const int MaxBytes = 192;
    private const int DisorderMs = 2000;
    private const long Origin = 1_767_225_600_000;
    private const ulong TimeSalt = 1, AmountSalt = 2, DefectSalt = 3;

    /// <summary>Who gets the number in the first stage, and behind the re-key.</summary>
    public static readonly Deal Deal1 = new(13, 4), Deal2 = new(12, 5);

    public static long Time(long n) => Origin + n - (long)(Mix.Of(n, TimeSalt) % DisorderMs);

    /// <summary>No event of this number or an earlier one is later.</summary>
    public static long LatestUpTo(long n) => Origin + n;

    public static long Amount(long n) => (long)(Mix.Of(n, AmountSalt) % 2001) - 1000;

    public static int Partition(long n, int partitions) => Deal1.KeyOf(n) % partitions;

    /// <summary>One in a hundred has a defect, each kind as often as the others.</summary>
    public static Defect DefectOf(long n) => Mix.Of(n, DefectSalt) % 500 is var draw and < 5 ? (Defect)(draw + 1) : Defect.None;

    /// <summary>How the reason of the dead letter begins.</summary>
    public static string Reason(Defect defect) => defect switch
    {
        Defect.Truncated => "the value is not JSON at byte",
        Defect.WrongType => "field 'amount' is not a whole number (long) at byte",
        Defect.MissingField => "field 'k2' is missing",
        Defect.NoValue => "the value is null",
        Defect.BadText => "the value is not valid UTF-8",
        _ => throw new ArgumentOutOfRangeException(nameof(defect)),
    };

    /// <summary>The record's value, in <paramref name="target"/>; -1 for null.</summary>
    public static int Write(long n, Span<byte> target)
    {
        var (k1, k2) = (Deal1.KeyOf(n), Deal2.KeyOf(n));
        var defect = DefectOf(n);
        var written = 0;
        _ = defect switch
        {
            Defect.MissingField => Utf8.TryWrite(target, CultureInfo.InvariantCulture, $"{{\"n\":{n},\"ts\":{Time(n)},\"k1\":{k1},\"amount\":{Amount(n)}}}", out written),
            Defect.WrongType => Utf8.TryWrite(target, CultureInfo.InvariantCulture, $"{{\"n\":{n},\"ts\":{Time(n)},\"k1\":{k1},\"k2\":{k2},\"amount\":\"{Amount(n)}\"}}", out written),
            _ => Utf8.TryWrite(target, CultureInfo.InvariantCulture, $"{{\"n\":{n},\"ts\":{Time(n)},\"k1\":{k1},\"k2\":{k2},\"amount\":{Amount(n)}}}", out written),
        };
        switch (defect)
        {
            case Defect.NoValue:
                return -1;
            case Defect.Truncated:
                return written - 5;
            case Defect.BadText:
                // A byte that no UTF-8 has, inside of a text.
                "{\"x\":\""u8.CopyTo(target);
                target[6] = 0xFF;
                return written;
            default:
                return written;
        }
    }
}
