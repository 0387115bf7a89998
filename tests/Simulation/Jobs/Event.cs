using System.Globalization;
using System.Text;

namespace StreamGrains.Simulation.Jobs;

/// <summary>One event of the workload, or with a <see cref="Reason"/> a record that no job can use.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Time">Event time, milliseconds.</param>
/// <param name="Customer">Key of the source topic.</param>
/// <param name="Shop">Key of the second stage.</param>
/// <param name="Amount">A multiple of a quarter, so that sums are exact in any order.</param>
/// <param name="Fraud">A flag.</param>
/// <param name="Value">The record's value.</param>
/// <param name="Reason">How the reason of its dead letter begins; null for a good one.</param>
internal sealed record Event(long Id, long Time, long Customer, string Shop, double Amount, bool Fraud, byte[]? Value, string? Reason)
{
    public byte[] Key => Encoding.UTF8.GetBytes(Customer.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Records that are broken, each in its way, with the reason that their dead letters give.</summary>
internal static class Poison
{
    public const int Kinds = 9;

    public static Event Make(int kind, long id, long time, long customer)
    {
        var (value, reason) = kind switch
        {
            0 => (null, "the value is null"),
            1 => ($"{{\"id\":{id},", "the value is not JSON"),
            2 => ($"{{\"id\":{id},\"ts\":{time},\"customer\":{customer},\"shop\":\"a\",\"fraud\":false}}", "field 'amount' is missing"),
            3 => ($"{{\"id\":{id},\"ts\":{time},\"customer\":{customer},\"shop\":\"a\",\"amount\":\"much\",\"fraud\":false}}", "field 'amount' is not a number (double)"),
            4 => ($"[{id}]", "the value is JSON but not an object"),
            5 => ($"{{\"id\":{id}0000000000000000000,\"ts\":{time},\"customer\":{customer},\"shop\":\"a\",\"amount\":1,\"fraud\":false}}", "field 'id' is out of range for a whole number (long)"),
            6 => ($"{{\"id\":{id},\"ts\":{time},\"customer\":null,\"shop\":\"a\",\"amount\":1,\"fraud\":true}}", "field 'customer' is null"),
            7 => ($"{{\"id\":{id},\"ts\":{time},\"customer\":{customer},\"shop\":\"a\",\"amount\":1,\"fraud\":true}} {id}", "something follows the value"),
            _ => ($"{{\"id\":{id},\"shop\":\"\\uD800\"}}", ""),
        };
        var bytes = value is null ? null : Encoding.UTF8.GetBytes(value);
        if (kind != 8) return new Event(id, time, customer, "", 0, false, bytes, reason);
        bytes = [.. Encoding.UTF8.GetBytes($"{{\"id\":{id},\"shop\":\""), 0xFF, (byte)'"', (byte)'}'];
        return new Event(id, time, customer, "", 0, false, bytes, "the value is not valid UTF-8");
    }
}
