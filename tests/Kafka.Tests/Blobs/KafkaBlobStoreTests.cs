using System.Net;
using System.Net.Sockets;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Kafka.Blobs;
using StreamGrains.Storage.Tests;

namespace StreamGrains.Kafka.Tests.Blobs;

[Collection(BrokerCollection.Name)]
public sealed class KafkaBlobStoreTests(TestBroker broker) : BlobStoreContract
{
    private readonly SnapshotTopic topic = new(broker.Bootstrap);

    protected override int Many => 300;

    [Fact]
    public void A_store_sees_what_another_process_writes_and_deletes_after_it_has_looked()
    {
        using KafkaBlobStore one = topic.Connect(), two = topic.Connect();
        var (first, second) = (new BlockingStore(one), new BlockingStore(two));
        for (var i = 0; i < 5; i++)
        {
            var name = $"job/0-0/{i}";
            Assert.Null(second.Open(name));
            first.Write(name, stream => stream.WriteByte(1));
            Assert.Equal([name], second.List("job/"));
            second.Delete(name);
            Assert.Empty(first.List(""));
        }
    }

    [Fact]
    public void A_blob_that_is_too_large_sends_nothing_and_the_choices_are_told()
    {
        using var kafka = topic.Connect(maxBytes: 1_000_000);
        var store = new BlockingStore(kafka);
        store.Write("job/fits", stream => stream.Write(new byte[1_000_000]));
        var before = topic.Chunks();

        var failure = Assert.Throws<IOException>(() => store.Write("job/large", stream => stream.Write(new byte[1_000_001])));

        Assert.Contains("'job/large' is larger than 1 MB", failure.Message, StringComparison.Ordinal);
        foreach (var choice in (string[])["kafka:?max=", "s3://", "azure://", "directory"]) Assert.Contains(choice, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["job/fits"], store.List(""));
        Assert.Equal(before, topic.Chunks());
    }

    [Fact]
    public void What_is_deleted_or_replaced_leaves_no_chunk_and_no_announcement()
    {
        using var kafka = topic.Connect();
        var store = new BlockingStore(kafka);
        for (var i = 0; i < 3; i++) store.Write("job/a", stream => stream.Write(new byte[1_500_000]));
        store.Write("job/b", stream => stream.Write(new byte[600_000]));
        store.Delete("job/b");

        Assert.Equal(3, topic.Latest(1).Values.Count(v => v is not null));
        Assert.Single(topic.Latest(0).Values, v => v is not null);
    }

    [Fact]
    public void What_a_process_left_that_ended_in_the_middle_of_a_write_is_removed_an_hour_later_by_the_next_write()
    {
        var write = Guid.NewGuid();
        topic.Send(0, BlobFormat.WriteKey(write), BlobFormat.EncodeAnnouncement(2));
        topic.Send(1, BlobFormat.ChunkKey(write, 0), new byte[BlobFormat.ChunkBytes]);

        using (var soon = topic.Connect()) new BlockingStore(soon).Write("job/a", stream => stream.WriteByte(1));
        Assert.NotNull(topic.Latest(1)[Convert.ToHexString(BlobFormat.ChunkKey(write, 0))]);

        using (var later = topic.Connect(time: new Ahead(TimeSpan.FromMinutes(61)))) new BlockingStore(later).Write("job/b", stream => stream.WriteByte(1));
        Assert.Null(topic.Latest(1)[Convert.ToHexString(BlobFormat.ChunkKey(write, 0))]);
        Assert.Null(topic.Latest(0)[Convert.ToHexString(BlobFormat.WriteKey(write))]);
    }

    [Fact]
    public void A_blob_whose_last_step_alone_was_cut_off_stays()
    {
        var write = Guid.NewGuid();
        topic.Send(0, BlobFormat.WriteKey(write), BlobFormat.EncodeAnnouncement(1));
        var at = topic.Send(1, BlobFormat.ChunkKey(write, 0), [1, 2, 3]);
        topic.Send(0, BlobFormat.BlobKey("job/a"), BlobFormat.Encode(new BlobManifest(write, 3, 1, Crc32C.Of([1, 2, 3]), at, at)));

        using var later = topic.Connect(time: new Ahead(TimeSpan.FromMinutes(61)));
        new BlockingStore(later).Write("job/b", stream => stream.WriteByte(1));

        Assert.Null(topic.Latest(0)[Convert.ToHexString(BlobFormat.WriteKey(write))]);
        using var blob = new BlockingStore(later).Open("job/a")!;
        Assert.Equal(3, blob.Length);
    }

    [Fact]
    public void A_blob_of_which_something_is_lost_is_damaged_and_says_what()
    {
        var write = Guid.NewGuid();
        byte[] bytes = [1, 2, 3];
        var at = topic.Send(1, BlobFormat.ChunkKey(write, 0), bytes);
        var whole = new BlobManifest(write, 3, 1, Crc32C.Of(bytes), at, at);
        topic.Send(0, BlobFormat.BlobKey("altered"), BlobFormat.Encode(whole with { Checksum = 1 }));
        topic.Send(0, BlobFormat.BlobKey("shorter"), BlobFormat.Encode(whole with { Length = 2 }));
        topic.Send(0, BlobFormat.BlobKey("lost"), BlobFormat.Encode(whole with { Write = Guid.NewGuid() }));
        topic.Send(0, BlobFormat.BlobKey("beyond"), BlobFormat.Encode(whole with { First = at + 1000, Last = at + 1000 }));
        topic.Send(0, BlobFormat.BlobKey("odd"), [0, 1, 2]);

        using var kafka = topic.Connect();
        var store = new BlockingStore(kafka);
        (string, string)[] damages = [("altered", "checksum"), ("shorter", "lacks chunk 1 of 1"), ("lost", "lacks chunk 1 of 1"), ("beyond", "lacks chunk 1 of 1"), ("odd", "manifest")];
        foreach (var (name, expected) in damages)
            Assert.Contains(expected, Assert.Throws<SnapshotDamaged>(() => store.Open(name)).Message, StringComparison.Ordinal);
        store.Delete("odd");
        Assert.DoesNotContain("odd", store.List(""));
    }

    [Fact]
    public void Compaction_takes_what_is_gone_and_leaves_every_chunk_of_what_is_there()
    {
        // The smallest segments, cleaned as soon as the broker looks: all but the newest segment are compacted while the test watches.
        using var eager = new SnapshotTopic(
            broker.Bootstrap, ("segment.bytes", "1048576"), ("min.cleanable.dirty.ratio", "0.001"), ("delete.retention.ms", "0"), ("max.compaction.lag.ms", "1"));
        using var kafka = eager.Connect();
        var store = new BlockingStore(kafka);
        var bytes = new byte[1_800_000];
        new Random(3).NextBytes(bytes);
        store.Write("job/kept", stream => stream.Write(bytes));
        for (var i = 0; i < 4; i++)
        {
            store.Write("job/replaced", stream => stream.Write(new byte[1_200_000]));
            store.Write($"job/deleted-{i}", stream => stream.Write(new byte[1_200_000]));
            store.Delete($"job/deleted-{i}");
        }
        // The broker may have begun by now, so what was written is counted here: four chunks of what is kept, and eight writes of three.
        const int written = 4 + 8 * 3;

        // Seven chunks are of what is there; those whose removal is in the newest segment stay a while.
        Eventually.True(() => eager.Chunks() <= written / 2, TimeSpan.FromMinutes(2), () => $"the broker has compacted {written} chunks to {eager.Chunks()}");

        using var other = eager.Connect();
        Assert.Equal(["job/kept", "job/replaced"], new BlockingStore(other).List(""));
        using var kept = new BlockingStore(other).Open("job/kept")!;
        var read = new byte[bytes.Length];
        kept.ReadExactly(read);
        Assert.Equal(bytes, read);
        using var replaced = new BlockingStore(other).Open("job/replaced")!;
        Assert.Equal(1_200_000, replaced.Length);
    }

    [Fact]
    public void A_topic_that_was_made_anew_is_read_from_its_beginning()
    {
        using var kafka = topic.Connect();
        var store = new BlockingStore(kafka);
        for (var i = 0; i < 5; i++) store.Write($"job/{i}", _ => { });
        using (var admin = new KafkaAdmin(new KafkaSettings(broker.Bootstrap)))
        {
            admin.Delete([topic.Name]);
            admin.Create(TopicNeeds.Snapshots(topic.Job));
        }
        Assert.Empty(store.List(""));
    }

    public override void Dispose()
    {
        base.Dispose();
        topic.Dispose();
    }

    protected override IBlobStore Connect() => topic.Connect();

    protected override (IBlobStore, string) Unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = ((IPEndPoint)listener.LocalEndpoint).Port;
        return (new KafkaBlobStore("some-job", new KafkaSettings($"127.0.0.1:{nobody}"), 1000, TimeSpan.FromSeconds(3), TimeProvider.System), "kafka: (some-job.snapshots at 127.0.0.1:");
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + by;
    }
}
