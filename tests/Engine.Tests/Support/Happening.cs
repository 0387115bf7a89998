using System.Globalization;
using System.Text;

namespace StreamGrains.Engine.Tests.Support;

/// <summary>One thing that happens to a processor: a record, or an event that no record carries. Its place in the list is its offset.</summary>
internal readonly record struct Happening(byte[]? Record, long IdleTo = long.MinValue, bool Drain = false);

/// <summary>An event as its record says it.</summary>
internal sealed record Event(long Id, long Time, string Key, double Amount, string? Note)
{
    public byte[] Json(bool textKeys) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"{{\"id\":{Id},\"ts\":{Time},\"key\":{(textKeys ? $"\"{Key}\"" : Key)},\"amount\":{Amount:R}{(Note is null ? "" : $",\"note\":\"{Note}\"")}}}"));
}

/// <summary>Seeded streams of events.</summary>
internal static class Streams
{
    public const long Start = 1_522_540_800_000;

    /// <summary>Events that come up to <see cref="Plans.WatermarkDelay"/> out of order, and the given share of them far behind the watermark.</summary>
    public static List<Event> Events(Random random, int count, double late, int keys = 7)
    {
        var events = new List<Event>(count);
        var now = Start;
        for (var id = 0; id < count; id++)
        {
            now += random.Next(10) == 0 ? random.Next(30_000) : random.Next(1500);
            var time = random.NextDouble() < late ? now - random.Next(6_000, 250_000) : now - random.Next((int)Plans.WatermarkDelay - 1000);
            // Coarse times, so that some are equal.
            if (random.Next(3) == 0) time -= time % 1000;
            var key = random.Next(keys);
            var text = key == 0 ? "9" : new string((char)('0' + key), 1 + key % 3 * 8);
            events.Add(new Event(id, time, text, Math.Round(random.NextDouble() * 1000, 3), random.Next(2) == 0 ? null : new string('n', random.Next(40))));
        }
        return events;
    }

    /// <summary>The events as records, with rubbish, idle advances and now and then a drain between them.</summary>
    public static List<Happening> Happenings(Random random, IEnumerable<Event> events, bool textKeys, bool between)
    {
        var all = new List<Happening>();
        var latest = long.MinValue;
        foreach (var e in events)
        {
            latest = Math.Max(latest, e.Time);
            all.Add(new Happening(e.Json(textKeys)));
            if (!between) continue;
            if (random.Next(20) == 0) all.Add(new Happening("{\"id\":\"rubbish\"}"u8.ToArray()));
            if (random.Next(40) == 0) all.Add(new Happening(null, latest - Plans.WatermarkDelay + random.Next(9_000)));
            if (random.Next(150) == 0) all.Add(new Happening(null, Drain: true));
        }
        return all;
    }
}
