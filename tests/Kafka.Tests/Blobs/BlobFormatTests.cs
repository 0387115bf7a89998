using StreamGrains.Kafka.Blobs;

namespace StreamGrains.Kafka.Tests.Blobs;

/// <summary>The bytes that docs/formats.md draws. A change here is a new version of the format, with a reader for the old one.</summary>
public class BlobFormatTests
{
    private static readonly Guid Write = new("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly BlobManifest Manifest = new(Write, 600_000, 2, 0xA1B2C3D4, 258, 300);

    [Fact]
    public void Keys()
    {
        Assert.Equal("426A6F622F302D312FC3A9", Convert.ToHexString(BlobFormat.BlobKey("job/0-1/é")));
        Assert.Equal("5700112233445566778899AABBCCDDEEFF", Convert.ToHexString(BlobFormat.WriteKey(Write)));
        Assert.Equal("4300112233445566778899AABBCCDDEEFF03010000", Convert.ToHexString(BlobFormat.ChunkKey(Write, 259)));
        Assert.Equal(524_288, BlobFormat.ChunkBytes);
    }

    [Fact]
    public void Manifest_of_a_blob() => Assert.Equal(
        "4201" + "00112233445566778899AABBCCDDEEFF" + "C027090000000000" + "02000000" + "D4C3B2A1" + "0201000000000000" + "2C01000000000000" + "7BBBC82B",
        Convert.ToHexString(BlobFormat.Encode(Manifest)));

    [Fact]
    public void Announcement_of_a_write() =>
        Assert.Equal("5701" + "02000000" + "DFA71D98", Convert.ToHexString(BlobFormat.EncodeAnnouncement(2)));

    [Fact]
    public void What_was_written_reads_back()
    {
        Assert.True(BlobFormat.TryDecode(BlobFormat.Encode(Manifest), out var manifest));
        Assert.Equal(Manifest, manifest);
        Assert.True(BlobFormat.TryDecodeAnnouncement(BlobFormat.EncodeAnnouncement(2), out var chunks));
        Assert.Equal(2, chunks);
        Assert.True(BlobFormat.TryName(BlobFormat.BlobKey("job/é"), out var name));
        Assert.Equal("job/é", name);
        Assert.True(BlobFormat.TryWrite(BlobFormat.WriteKey(Write), out var write));
        Assert.Equal(Write, write);
    }

    [Fact]
    public void Altered_and_torn_bytes_are_refused()
    {
        foreach (var bytes in (byte[][])[BlobFormat.Encode(Manifest), BlobFormat.EncodeAnnouncement(2)])
        {
            for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length]);
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                var altered = bytes.ToArray();
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                Refused(altered);
            }
        }
    }

    [Fact]
    public void Numbers_that_do_not_fit_together_are_refused_though_the_checksum_is_right()
    {
        BlobManifest[] odd =
        [
            Manifest with { Length = -1 }, Manifest with { Length = long.MaxValue }, Manifest with { Chunks = 3 }, Manifest with { Chunks = -1 },
            Manifest with { First = -1 }, Manifest with { Last = 258 },
        ];
        foreach (var manifest in odd) Refused(BlobFormat.Encode(manifest));
        Refused(BlobFormat.EncodeAnnouncement(-1));
        Refused(BlobFormat.EncodeAnnouncement(int.MaxValue));
    }

    private static void Refused(byte[] bytes)
    {
        Assert.False(BlobFormat.TryDecode(bytes, out _));
        Assert.False(BlobFormat.TryDecodeAnnouncement(bytes, out _));
    }
}
