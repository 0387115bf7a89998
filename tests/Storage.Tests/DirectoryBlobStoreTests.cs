namespace StreamGrains.Storage.Tests;

public sealed class DirectoryBlobStoreTests : IDisposable
{
    private readonly string root = Path.Combine(Path.GetTempPath(), $"blobs-{Guid.NewGuid():N}");
    private readonly BlockingStore store;

    public DirectoryBlobStoreTests() => store = new BlockingStore(new DirectoryBlobStore(Path.Combine(root, "store")));

    [Fact]
    public void A_blob_reads_back_and_can_be_sought()
    {
        store.Write("job/0-1/000000000001-a", stream => stream.Write([1, 2, 3]));
        using var blob = store.Open("job/0-1/000000000001-a")!;
        Assert.Equal(3, blob.Length);
        blob.Seek(1, SeekOrigin.Begin);
        Assert.Equal(2, blob.ReadByte());
    }

    [Fact]
    public void A_blob_is_there_only_once_it_is_whole()
    {
        store.Write("job/a", stream =>
        {
            stream.Write(new byte[1 << 20]);
            Assert.Null(store.Open("job/a"));
            Assert.Empty(store.List(""));
        });
        Assert.Equal(["job/a"], store.List(""));
    }

    [Fact]
    public void A_failed_write_leaves_nothing_and_what_was_there_stays()
    {
        store.Write("job/a", stream => stream.WriteByte(7));
        foreach (var name in (string[])["job/a", "job/b"])
        {
            Assert.Throws<InvalidOperationException>(() => store.Write(name, stream =>
            {
                stream.Write(new byte[1 << 20]);
                throw new InvalidOperationException();
            }));
        }
        Assert.Equal(["job/a"], store.List(""));
        using (var blob = store.Open("job/a")) Assert.Equal(7, blob!.ReadByte());
        Assert.Single(Directory.GetFiles(root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_a_crash_left_half_written_is_not_listed_and_is_in_nobodys_way()
    {
        Directory.CreateDirectory(Path.Combine(root, "store", "job"));
        File.WriteAllText(Path.Combine(root, "store", "job", "a.tmp"), "torn");
        Assert.Empty(store.List("job/"));
        store.Write("job/a", stream => stream.WriteByte(1));
        Assert.Equal(["job/a"], store.List("job/"));
    }

    [Fact]
    public void A_list_is_sorted_and_begins_with_the_prefix()
    {
        foreach (var name in (string[])["job/0-1/2", "job/0-1/1", "job/0-10/1", "other/0-1/1"]) store.Write(name, _ => { });
        Assert.Equal(["job/0-1/1", "job/0-1/2"], store.List("job/0-1/"));
        Assert.Equal(["job/0-1/1", "job/0-1/2", "job/0-10/1"], store.List("job/0-1"));
        Assert.Empty(new BlockingStore(new DirectoryBlobStore(Path.Combine(root, "none"))).List(""));
    }

    [Fact]
    public void A_deleted_blob_is_gone_and_deleting_it_again_is_fine()
    {
        store.Write("job/a", _ => { });
        store.Delete("job/a");
        store.Delete("job/a");
        store.Delete("never/was");
        Assert.Null(store.Open("job/a"));
        Assert.Null(store.Open("never/was"));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("job/../../a")]
    [InlineData("/etc/a")]
    [InlineData("../store-too/a")]
    [InlineData("")]
    [InlineData(".")]
    public void Names_that_lead_out_of_the_store_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => store.Write(name, _ => { }));
        Assert.Throws<ArgumentException>(() => store.Open(name));
        Assert.Throws<ArgumentException>(() => store.Delete(name));
        Assert.False(File.Exists(Path.Combine(root, "a")));
    }

    [Fact]
    public void A_name_that_looks_like_a_half_written_blob_is_refused() =>
        Assert.Throws<ArgumentException>(() => store.Write("job/a.tmp", _ => { }));

    [Fact]
    public void A_root_written_with_a_slash_at_its_end_is_the_same_store()
    {
        new BlockingStore(new DirectoryBlobStore(Path.Combine(root, "store") + "/")).Write("job/a", _ => { });
        Assert.Equal(["job/a"], store.List(""));
    }

    [Fact]
    public void An_open_blob_stays_readable_while_it_is_deleted()
    {
        store.Write("job/a", stream => stream.WriteByte(9));
        using var blob = store.Open("job/a")!;
        store.Delete("job/a");
        Assert.Equal(9, blob.ReadByte());
    }

    public void Dispose()
    {
        if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
    }
}
