using System.Globalization;
using System.Text.Unicode;

namespace StreamGrains.Chaos.Ledger;

/// <summary>
/// What the job must have written for event n, computed from n alone. Stateless. In the first stage a key's events come in the order of their numbers, so the rows before
/// n count; behind the re-key a feature is delayed until all events before it are there, so all of them count, whatever their order.
/// </summary>
internal static class Reference
{
    public const int MaxBytes = 320;
    private const long Over1 = 120_000, Over2 = 60_000, Delay2 = 2_000;

    /// <summary>Whether the first sink's condition holds.</summary>
    public static bool IsEarly(long n) => LedgerEvent.Amount(n) % 4 == 0;

    /// <summary>The value in the first sink.</summary>
    public static int WriteEarly(long n, Span<byte> target)
    {
        var (count, sum, max) = First(n);
        Utf8.TryWrite(
            target, CultureInfo.InvariantCulture,
            $"{{\"n\":{n},\"ts\":{LedgerEvent.Time(n)},\"k1\":{LedgerEvent.Deal1.KeyOf(n)},\"amount\":{LedgerEvent.Amount(n)},\"count1\":{count},\"sum1\":{sum},\"max1\":{max}}}",
            out var written);
        return written;
    }

    /// <summary>The value in the last sink.</summary>
    public static int WriteFinal(long n, Span<byte> target)
    {
        var (count1, sum1, max1) = First(n);
        var (count2, sum2) = Second(n);
        Utf8.TryWrite(
            target, CultureInfo.InvariantCulture,
            $"{{\"n\":{n},\"ts\":{LedgerEvent.Time(n)},\"k1\":{LedgerEvent.Deal1.KeyOf(n)},\"k2\":{LedgerEvent.Deal2.KeyOf(n)},\"amount\":{LedgerEvent.Amount(n)},\"count1\":{count1},\"sum1\":{sum1},\"max1\":{max1},\"count2\":{count2},\"sum2\":{sum2}}}",
            out var written);
        return written;
    }

    private static (long Count, long Sum, long Max) First(long n)
    {
        var deal = LedgerEvent.Deal1;
        var key = deal.KeyOf(n);
        var upTo = LedgerEvent.Time(n);
        long count = 0, sum = 0, max = long.MinValue;
        for (var block = deal.BlockOf(n); block >= 0 && LedgerEvent.LatestUpTo((block + 1) * deal.Keys - 1) > upTo - Over1; block--)
        {
            var other = deal.NumberOf(block, key);
            if (!InWindow(other, upTo - Over1, upTo)) continue;
            var amount = LedgerEvent.Amount(other);
            (count, sum, max) = (count + 1, sum + amount, Math.Max(max, amount));
        }
        return (count, sum, max);
    }

    /// <summary>The delay is longer than the disorder, so no later number is in the window.</summary>
    private static (long Count, long Sum) Second(long n)
    {
        var deal = LedgerEvent.Deal2;
        var key = deal.KeyOf(n);
        var upTo = LedgerEvent.Time(n) - Delay2;
        long count = 0, sum = 0;
        for (var block = deal.BlockOf(n); block >= 0 && LedgerEvent.LatestUpTo((block + 1) * deal.Keys - 1) > upTo - Over2; block--)
        {
            var other = deal.NumberOf(block, key);
            if (!InWindow(other, upTo - Over2, upTo)) continue;
            (count, sum) = (count + 1, sum + LedgerEvent.Amount(other));
        }
        return (count, sum);
    }

    private static bool InWindow(long n, long after, long upTo) =>
        LedgerEvent.Time(n) is var time && time > after && time <= upTo && LedgerEvent.DefectOf(n) == Defect.None;
}
