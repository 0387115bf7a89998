using System.Globalization;
using System.Text;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Jobs;

/// <summary>One thing that is written to a source partition.</summary>
internal readonly record struct Arrival(int Partition, Event Event);

/// <summary>
/// The events of a run: out of order within the watermark's delay, some far behind it, some broken; keys that are common and rare; stretches in which a partition gets
/// nothing.
/// </summary>
internal static class Workload
{
    public const long WatermarkDelay = 5_000;
    private const long Start = 1_700_000_000_000;
    private static readonly string[] Shops = ["a", "b", "corner shop", "d", "eleven", "f", "the one with \"quotes\" and a name of more than 32 bytes", "h"];

    public static List<Arrival> Make(Rng rng, int partitions, int records)
    {
        var arrivals = new List<Arrival>(records);
        var customers = rng.Range(2, 24);
        var shops = rng.Range(1, Shops.Length);
        var late = rng.Chance(0.7) ? rng.Next(100) / 1000.0 : 0;
        var poison = rng.Chance(0.8) ? rng.Next(60) / 1000.0 : 0;
        var pace = rng.Pick([20, 100, 400, 1500]);
        var now = Start;
        var quiet = -1;
        var json = new StringBuilder(128);
        for (var id = 1; id <= records; id++)
        {
            if (rng.Next(60) == 0) quiet = rng.Range(-1, partitions - 1);
            now += rng.Next(30) == 0 ? rng.Next(pace * 30) : rng.Next(pace);
            long customer = rng.Next(3) == 0 ? rng.Next(2) : rng.Next(customers);
            if (customer % partitions == quiet && partitions > 1) customer++;
            var partition = (int)(customer % partitions);
            if (rng.Chance(poison))
            {
                arrivals.Add(new Arrival(partition, Poison.Make(rng.Next(Poison.Kinds), id, now, customer)));
                continue;
            }
            var time = rng.Chance(late) ? now - rng.Range((int)WatermarkDelay, 120_000) : now - rng.Next((int)WatermarkDelay - 500);
            if (rng.Next(3) == 0) time -= time % 1000;
            var shop = Shops[rng.Next(shops)];
            var amount = rng.Next(4000) / 4.0;
            var fraud = rng.Next(5) == 0;
            json.Clear();
            json.Append(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"ts\":{time},\"customer\":{customer},\"shop\":\"");
            json.Append(shop.Replace("\"", "\\\"", StringComparison.Ordinal));
            json.Append(CultureInfo.InvariantCulture, $"\",\"amount\":{amount},\"fraud\":{(fraud ? "true" : "false")}}}");
            arrivals.Add(new Arrival(partition, new Event(id, time, customer, shop, amount, fraud, Encoding.UTF8.GetBytes(json.ToString()), null)));
        }
        return arrivals;
    }
}
