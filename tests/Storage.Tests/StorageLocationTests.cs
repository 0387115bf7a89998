using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

public sealed class StorageLocationTests
{
    [Theory]
    [InlineData("/var/lib/x", "/var/lib/x")]
    [InlineData("data/x", "data/x")]
    [InlineData("s3", "s3")]
    [InlineData("""C:\data""", """C:\data""")]
    [InlineData("file:///var/lib/a%20b", "/var/lib/a b")]
    [InlineData("file:///C:/data", "C:/data")]
    public void A_path_or_a_file_url_is_a_directory(string text, string path) => Assert.Equal(new DirectoryLocation(path), Read(text));

    [Fact]
    public void A_bucket_has_a_prefix_an_endpoint_and_a_region()
    {
        Assert.Equal(new S3Location("b", "", null, null), Read("s3://b"));
        Assert.Equal(new S3Location("b", "p/q", null, "eu-central-1"), Read("s3://b/p/q/?region=eu-central-1"));
        Assert.Equal(new S3Location("b", "p", new Uri("http://127.0.0.1:17070"), "us-east-1"), Read("S3://b/p?endpoint=http://127.0.0.1:17070&region=us-east-1"));
    }

    [Fact]
    public void A_container_has_a_prefix() => Assert.Equal(new AzureLocation("c", "p/q"), Read("azure://c/p/q"));

    [Theory]
    [InlineData("kafka:", 64_000_000)]
    [InlineData("kafka://", 64_000_000)]
    [InlineData("kafka:?max=256MB", 256_000_000)]
    [InlineData("kafka:?max=1gb", 1_000_000_000)]
    [InlineData("kafka:?max=500KB", 500_000)]
    public void Kafka_has_a_largest_blob(string text, long max) => Assert.Equal(new KafkaLocation(max), Read(text));

    [Theory]
    [InlineData("/var/lib/x")]
    [InlineData("s3://b/p?endpoint=http://127.0.0.1:17070&region=us-east-1")]
    [InlineData("s3://b")]
    [InlineData("azure://c/p")]
    [InlineData("kafka:")]
    [InlineData("kafka:?max=1500KB")]
    public void A_location_is_written_as_it_is_read(string text) => Assert.Equal(text, Read(text).ToString());

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("s3a://b/p", "there is no storage 's3a:'; did you mean 's3:'?")]
    [InlineData("abfss://c/p", "there is no storage 'abfss:'; did you mean 'azure:'?")]
    [InlineData("azrue://c/p", "there is no storage 'azrue:'; did you mean 'azure:'?")]
    [InlineData("kafak:", "there is no storage 'kafak:'; did you mean 'kafka:'?")]
    [InlineData("gopher://x", "there is no storage 'gopher:'; write a path")]
    [InlineData("s3:b/p", "a bucket reads s3://BUCKET/PREFIX")]
    [InlineData("s3://", "a bucket reads s3://BUCKET/PREFIX")]
    [InlineData("s3://key:secret@b/p", "credentials do not belong into a location")]
    [InlineData("s3://b?endpoint=127.0.0.1:9000", "is no address such as http://")]
    [InlineData("s3://b?zone=x", "there is no setting 'zone' here; there is endpoint and region")]
    [InlineData("s3://b?region", "settings read name=value")]
    [InlineData("azure://", "a container reads azure://CONTAINER/PREFIX")]
    [InlineData("azure://account.blob.core.windows.net/c", "the account is said in the environment")]
    [InlineData("azure://c?sig=x", "it takes none")]
    [InlineData("file://host/x", "three slashes")]
    [InlineData("kafka://host:9092", "the job's own cluster")]
    [InlineData("kafka:?max=64", "max is a size from 1KB to 1GB")]
    [InlineData("kafka:?max=2GB", "max is a size from 1KB to 1GB")]
    public void A_mistaken_location_is_told_what_is_meant(string text, string expected)
    {
        Assert.False(StorageLocation.TryParse(text, out var location, out var problem));
        Assert.Null(location);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_a_location_is_not_repeated()
    {
        Assert.False(StorageLocation.TryParse("s3://key:secret@b/p", out _, out var problem));
        Assert.DoesNotContain("secret@", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_location_opens_the_store_of_its_kind()
    {
        IBlobStore kafka = new DirectoryBlobStore("stands-in-for-kafka");
        Assert.IsType<DirectoryBlobStore>(BlobStores.Open(Read("data"), _ => kafka));
        using (var s3 = Assert.IsType<S3BlobStore>(BlobStores.Open(Read("s3://b?region=eu-central-1"), _ => kafka))) { }
        KafkaLocation? given = null;
        Assert.Same(kafka, BlobStores.Open(Read("kafka:?max=1MB"), location =>
        {
            given = location;
            return kafka;
        }));
        Assert.Equal(1_000_000, given!.MaxBytes);
    }

    private static StorageLocation Read(string text)
    {
        Assert.True(StorageLocation.TryParse(text, out var location, out var problem), problem);
        return location!;
    }
}
