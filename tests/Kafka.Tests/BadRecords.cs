using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>Records that the sample fraud job cannot use, and the reason that it must give.</summary>
internal static class BadRecords
{
    private const string Good = "{\"TRANSACTION_ID\":1,\"TX_DATETIME\":\"2018-04-01 00:00:31\",\"CUSTOMER_ID\":596,\"TERMINAL_ID\":3156,\"TX_AMOUNT\":57.16,\"TX_FRAUD\":0}";

    public static IReadOnlyList<(byte[]? Value, string Reason)> All { get; } =
    [
        (null, "the value is null"),
        ([], "the value is not JSON at byte 0"),
        (Bytes(Good[..40]), "the value is not JSON at byte 35"),
        (Bytes(Good + "x"), "something follows the value at byte 124"),
        (Bytes("[1,2]"), "the value is JSON but not an object"),
        (Bytes(Good.Replace("57.16", "\"57.16\"")), "field 'TX_AMOUNT' is not a number (double) at byte 105"),
        (Bytes(Good.Replace("596", "5.5")), "field 'CUSTOMER_ID' is not a whole number (long) at byte 70"),
        (Bytes(Good.Replace("596", "99999999999999999999")), "field 'CUSTOMER_ID' is out of range for a whole number (long) at byte 70"),
        (Bytes(Good.Replace("57.16", "1e999")), "field 'TX_AMOUNT' is out of range for a number (double) at byte 105"),
        (Bytes(Good.Replace("596", "null")), "field 'CUSTOMER_ID' is null"),
        (Bytes(Good.Replace("\"CUSTOMER_ID\":596,", "")), "field 'CUSTOMER_ID' is missing"),
        (Bytes(Good.Replace("2018-04-01", "2018-14-01")), "field 'TX_DATETIME' is not an ISO 8601 time at byte 34"),
        ([.. Bytes("{\"TRANSACTION_ID\":1,\"x\":\""), 0xC3, 0x28, .. Bytes("\"}")], "the value is not valid UTF-8"),
        (Bytes("{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}"), "the value is nested deeper than 64 at byte 69"),
        (Enumerable.Range(0, 1_000_000).Select(i => (byte)(i * 31 % 251)).ToArray(), "the value is not valid UTF-8"),
        (Bytes(new string('a', 1_000_000)), "the value is not JSON at byte 0"),
    ];

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
