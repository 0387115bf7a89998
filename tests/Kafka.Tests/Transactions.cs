using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace StreamGrains.Kafka.Tests;

/// <summary>The card transactions of the shared data, and the features that are known for some of them.</summary>
internal static class Transactions
{
    public const int Count = 1_763_366;
    public const string File = "data/fraud/transactions.csv.gz";
    public const string ScoreFile = "models/fraud/expected_test.csv.gz";
    public const string FeatureFile = "data/fraud/features_0725_0814.csv.gz";

    /// <summary>The first <paramref name="rows"/> rows as JSON records, in the form that `streamgrains produce` gives them.</summary>
    public static IEnumerable<(string? Key, byte[]? Value, long Time)> Records(int rows = Count)
    {
        foreach (var f in Fields(rows))
        {
            var json = $"{{\"TRANSACTION_ID\":{f[0]},\"TX_DATETIME\":\"{f[1]}\",\"CUSTOMER_ID\":{f[2]},\"TERMINAL_ID\":{f[3]},\"TX_AMOUNT\":{f[4]},\"TX_FRAUD\":{f[5]},\"TX_FRAUD_SCENARIO\":{f[6]}}}";
            yield return (f[2], Encoding.UTF8.GetBytes(json), TimeOf(f[1]));
        }
    }

    /// <summary>Customer, time and amount of the first rows.</summary>
    public static IEnumerable<(long Customer, long Time, double Amount)> Rows(int rows) =>
        Fields(rows).Select(f => (long.Parse(f[2], CultureInfo.InvariantCulture), TimeOf(f[1]), double.Parse(f[4], CultureInfo.InvariantCulture)));

    /// <summary>The known scores of one model, by transaction.</summary>
    public static Dictionary<long, double> Scores(string model)
    {
        var lines = Lines(ScoreFile);
        var column = Array.IndexOf(lines.First().Split(','), model);
        return lines.Skip(1).Select(l => l.Split(',')).ToDictionary(f => long.Parse(f[0], CultureInfo.InvariantCulture), f => double.Parse(f[column], CultureInfo.InvariantCulture));
    }

    /// <summary>The 15 features of the transactions for which they are known, by transaction.</summary>
    public static Dictionary<long, double[]> Golden()
    {
        var golden = new Dictionary<long, double[]>();
        foreach (var row in Lines(FeatureFile).Skip(1))
        {
            var f = row.Split(',');
            golden.Add(long.Parse(f[0], CultureInfo.InvariantCulture), [.. f.Skip(7).Select(v => double.Parse(v, CultureInfo.InvariantCulture))]);
        }
        return golden;
    }

    public static IEnumerable<string> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(Repository.Shared(file)!), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static IEnumerable<string[]> Fields(int rows) => Lines(File).Skip(1).Take(rows).Select(l => l.Split(','));

    private static long TimeOf(string text) =>
        new DateTimeOffset(DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds();
}
