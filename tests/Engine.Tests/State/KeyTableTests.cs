using System.Text;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Tests.State;

public class KeyTableTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Long_keys_behave_like_a_dictionary_through_adds_removals_and_snapshots(int seed)
    {
        var random = new Random(seed);
        Check(textKeys: false, random, _ => random.NextInt64(random.Next(2) == 0 ? 200 : long.MaxValue) * (random.Next(2) == 0 ? 1 : -1), (table, key) => (table.FindOrAdd(key, out var added), added));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Text_keys_of_any_length_behave_like_a_dictionary_through_adds_removals_and_snapshots(int seed)
    {
        var random = new Random(seed);
        string[] longOnes = [.. Enumerable.Range(0, 6).Select(i => new string((char)('a' + i), 10_000 * (i + 1)))];
        Check(textKeys: true, random, _ => random.Next(40) == 0 ? longOnes[random.Next(6)] : new string('k', random.Next(30)) + random.Next(100),
            (table, key) => (table.FindOrAdd(Encoding.UTF8.GetBytes(key), out var added), added));
    }

    [Fact]
    public void Keys_that_differ_in_any_byte_or_in_length_are_different_keys()
    {
        var table = new KeyTable<long>(textKeys: true);
        var keys = Enumerable.Range(0, 40).SelectMany(n => new[] { new byte[n], Enumerable.Repeat((byte)1, n).ToArray() }).DistinctBy(Convert.ToHexString).ToList();
        Assert.Equal(keys.Count, keys.Select(k => table.FindOrAdd(k, out _)).Distinct().Count());
    }

    private static void Check<TKey>(bool textKeys, Random random, Func<int, TKey> next, Func<KeyTable<long>, TKey, (int Slot, bool Added)> find) where TKey : notnull
    {
        var table = new KeyTable<long>(textKeys);
        var model = new Dictionary<TKey, (int Slot, long Value)>();
        for (var step = 0; step < 4000; step++)
        {
            if (random.Next(3) == 0 && model.Count > 0)
            {
                var gone = model.Keys.ElementAt(random.Next(model.Count));
                table.Remove(model[gone].Slot);
                Assert.False(table.IsLive(model[gone].Slot));
                model.Remove(gone);
            }
            else
            {
                var key = next(step);
                var (slot, added) = find(table, key);
                Assert.Equal(!model.ContainsKey(key), added);
                if (added) Assert.Equal(0, table.Read(slot));
                else Assert.Equal(model[key], (slot, table.Read(slot)));
                table.Write(slot) = step;
                model[key] = (slot, step);
            }
            if (step % 1000 == 999) table = Copy(table, textKeys);
        }
        Assert.Equal(model.Count, table.Count);
        Assert.All(model, m => Assert.Equal((m.Value.Slot, false, m.Value.Value), (find(table, m.Key).Slot, find(table, m.Key).Added, table.Read(m.Value.Slot))));
        Assert.Equal(model.Count, Enumerable.Range(0, table.HighWater).Count(table.IsLive));
    }

    /// <summary>The table read back from its snapshot; the first goes on being changed before the snapshot is written.</summary>
    private static KeyTable<long> Copy(KeyTable<long> table, bool textKeys)
    {
        var images = table.Share().ToList();
        for (var slot = 0; slot < table.HighWater; slot++)
            if (table.IsLive(slot)) table.Remove(slot);
        var stream = new MemoryStream();
        var writer = new SnapshotWriter(stream);
        images.ForEach(i => i.WriteTo(writer));
        images.ForEach(i => i.Release());
        stream.Position = 0;
        var copy = new KeyTable<long>(textKeys);
        copy.Restore(new SnapshotReader(stream, stream.Length));
        return copy;
    }
}
