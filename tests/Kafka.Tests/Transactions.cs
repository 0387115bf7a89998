using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>The card transactions of the shared data, and the features that are known for some of them.</summary>
internal static class Transactions
{
    public const int Count = 1_763_366;
    public const string File = "data/fraud/transactions.csv.gz";
    public const string FeatureFile = "data/fraud/features_0725_0814.csv.gz";

    /// <summary>The first <paramref name="rows"/> rows as JSON records, in the form that `streamgrains produce` gives them.</summary>
    public static IEnumerable<(string? Key, byte[]? Value, long Time)> Records(int rows = Count)
    {
        foreach (var row in Lines(File).Skip(1).Take(rows))
        {
            var f = row.Split(',');
            var json = $"{{\"TRANSACTION_ID\":{f[0]},\"TX_DATETIME\":\"{f[1]}\",\"CUSTOMER_ID\":{f[2]},\"TERMINAL_ID\":{f[3]},\"TX_AMOUNT\":{f[4]},\"TX_FRAUD\":{f[5]},\"TX_FRAUD_SCENARIO\":{f[6]}}}";
            var time = new DateTimeOffset(DateTime.ParseExact(f[1], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds();
            yield return (f[2], Encoding.UTF8.GetBytes(json), time);
        }
    }

    public static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(Repository.Shared(file)!), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
