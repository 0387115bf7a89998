using System.Diagnostics;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

/// <summary>What every store promises. A suite derives a class for each store; each test has a place of its own.</summary>
public abstract class BlobStoreContract : IDisposable
{
    private const int Large = 20_000_000;

    private readonly List<IDisposable> opened = [];
    private BlockingStore? own;

    /// <summary>A new store object at this test's place, as another process would have.</summary>
    protected abstract IBlobStore Connect();

    /// <summary>A store whose server does not answer, and what its messages call it.</summary>
    protected abstract (IBlobStore Store, string CalledInMessages) Unreachable();

    /// <summary>Blobs for the test of long lists: more than a page of a server's answer.</summary>
    protected virtual int Many => 1_100;

    private BlockingStore Store => own ??= Another();

    [ContractFact]
    public void Blobs_of_any_size_read_back_exactly()
    {
        foreach (var size in (int[])[0, 1, 8 << 20, (8 << 20) + 1, Large])
        {
            var bytes = Bytes(size, seed: size);
            Store.Write($"job/{size}", Pieces(bytes));
            using var blob = Another().Open($"job/{size}")!;
            Assert.Equal(size, blob.Length);
            Assert.Equal(0, blob.Position);
            Assert.Equal(bytes, ReadAll(blob));
            Assert.Equal(-1, blob.ReadByte());
        }
    }

    [ContractFact]
    public void A_blob_can_be_sought()
    {
        var bytes = Bytes(Large, 1);
        Store.Write("job/a", Pieces(bytes));
        using var blob = Store.Open("job/a")!;
        Assert.True(blob.CanSeek);
        var random = new Random(2);
        for (var i = 0; i < 10; i++)
        {
            var at = random.Next(Large);
            Assert.Equal(at, i % 3 == 0 ? blob.Seek(at, SeekOrigin.Begin) : i % 3 == 1 ? blob.Seek(at - blob.Position, SeekOrigin.Current) : blob.Seek(at - Large, SeekOrigin.End));
            var part = new byte[Math.Min(100_000, Large - at)];
            blob.ReadExactly(part);
            Assert.True(bytes.AsSpan(at, part.Length).SequenceEqual(part));
        }
    }

    [ContractFact]
    public void A_blob_is_there_only_once_it_is_whole()
    {
        var bytes = Bytes(Large, 3);
        Store.Write("job/a", stream =>
        {
            stream.Write(bytes.AsSpan(0, Large - 1));
            Assert.Null(Another().Open("job/a"));
            Assert.Empty(Another().List(""));
            stream.WriteByte(bytes[^1]);
        });
        Assert.Equal(["job/a"], Another().List(""));
    }

    [ContractFact]
    public void A_write_that_throws_half_way_leaves_nothing_and_what_was_there_stays()
    {
        Store.Write("job/a", stream => stream.WriteByte(7));
        foreach (var name in (string[])["job/a", "job/b"])
        {
            foreach (var size in (int[])[1000, Large])
            {
                Assert.Throws<InvalidOperationException>(() => Store.Write(name, stream =>
                {
                    stream.Write(new byte[size]);
                    throw new InvalidOperationException();
                }));
            }
        }
        Assert.Equal(["job/a"], Another().List(""));
        Assert.Null(Store.Open("job/b"));
        using var blob = Store.Open("job/a");
        Assert.Equal([7], ReadAll(blob!));
    }

    [ContractFact]
    public void What_is_not_there_opens_as_null()
    {
        Assert.Null(Store.Open("never/was"));
        Store.Write("job/ab", stream => stream.WriteByte(1));
        Assert.Null(Store.Open("job/a"));
    }

    [ContractFact]
    public void A_later_write_takes_the_place_of_an_earlier_one()
    {
        foreach (var size in (int[])[10, Large, 1000, 0])
        {
            var bytes = Bytes(size, size + 5);
            Store.Write("job/a", Pieces(bytes));
            using var blob = Another().Open("job/a")!;
            Assert.Equal(bytes, ReadAll(blob));
        }
        Assert.Equal(["job/a"], Store.List(""));
    }

    [ContractFact]
    public void A_list_has_every_name_that_begins_with_the_prefix_in_order_however_many()
    {
        var names = Enumerable.Range(0, Many).Select(i => $"job/0-1/{i:D6}").ToList();
        Parallel.ForEach(names.Concat(["job/0-10/1", "other/0-1/1"]), new ParallelOptions { MaxDegreeOfParallelism = 8 }, name => Store.Write(name, _ => { }));
        Assert.Equal(names, Another().List("job/0-1/"));
        Assert.Equal([.. names, "job/0-10/1"], Store.List("job/0-1"));
        Assert.Equal(Many + 2, Store.List("").Count);
        Assert.Empty(Store.List("job/0-2/"));
    }

    [ContractFact]
    public void A_deleted_blob_is_gone_and_deleting_nothing_is_fine()
    {
        Store.Write("job/a", stream => stream.WriteByte(1));
        Store.Write("job/b", stream => stream.WriteByte(2));
        Another().Delete("job/a");
        Store.Delete("job/a");
        Store.Delete("never/was");
        Assert.Null(Store.Open("job/a"));
        Assert.Equal(["job/b"], Store.List("job/"));
        Store.Write("job/a", stream => stream.WriteByte(3));
        using var again = Another().Open("job/a")!;
        Assert.Equal([3], ReadAll(again));
    }

    [ContractFact]
    public void A_reader_of_a_blob_that_is_deleted_or_written_again_gets_all_of_what_it_opened_or_an_exception()
    {
        var (first, second) = (Bytes(Large, 7), Bytes(Large, 8));
        foreach (var change in (Action[])[() => Another().Write("job/a", Pieces(second)), () => Another().Delete("job/a")])
        {
            Store.Write("job/a", Pieces(first));
            using var blob = Store.Open("job/a")!;
            var begin = new byte[1000];
            blob.ReadExactly(begin);
            Assert.Equal(first[..1000], begin);
            change();
            byte[]? rest = null;
            if (Record.Exception(() => rest = ReadAll(blob)) is { } failure) Assert.IsAssignableFrom<IOException>(failure);
            else Assert.Equal(first[1000..], rest);
        }
    }

    [ContractFact]
    public void Many_writers_of_different_names_are_in_nobodys_way()
    {
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var store = i % 2 == 0 ? Store : Another();
            store.Write($"job/0-{i}/1", Pieces(Bytes(i * 100_000, i)));
            if (i % 4 == 3) store.Delete($"job/0-{i}/1");
        });
        var kept = Enumerable.Range(0, 24).Where(i => i % 4 != 3).ToList();
        Assert.Equal(kept.Select(i => $"job/0-{i}/1").Order(StringComparer.Ordinal), Store.List(""));
        foreach (var i in kept)
        {
            using var blob = Store.Open($"job/0-{i}/1")!;
            Assert.Equal(Bytes(i * 100_000, i), ReadAll(blob));
        }
    }

    [ContractFact]
    public void A_store_that_cannot_be_reached_says_in_time_which_store_and_which_blob()
    {
        var (store, called) = Unreachable();
        if (store is IDisposable disposable) opened.Add(disposable);
        var begun = Stopwatch.GetTimestamp();
        var failure = Assert.ThrowsAny<IOException>(() => new BlockingStore(store).Write("job/0-1/000000000007-ab", stream => stream.WriteByte(1)));
        Assert.Contains(called, failure.Message, StringComparison.Ordinal);
        Assert.Contains("job/0-1/000000000007-ab", failure.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 30);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (var store in opened) store.Dispose();
        GC.SuppressFinalize(this);
    }

    private BlockingStore Another()
    {
        var store = Connect();
        if (store is IDisposable disposable)
            lock (opened) opened.Add(disposable);
        return new BlockingStore(store);
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>As a snapshot is written: in many pieces of many sizes.</summary>
    private static Action<Stream> Pieces(byte[] bytes) => stream =>
    {
        for (int at = 0, size = 1; at < bytes.Length; size = size * 3 % 200_003)
        {
            var count = Math.Min(size, bytes.Length - at);
            stream.Write(bytes.AsSpan(at, count));
            at += count;
        }
    };

    private static byte[] ReadAll(Stream blob)
    {
        using var copy = new MemoryStream();
        blob.CopyTo(copy);
        return copy.ToArray();
    }
}
