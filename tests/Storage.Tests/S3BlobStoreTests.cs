using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

[NeedsS3Server]
public sealed class S3BlobStoreTests(S3Server server) : BlobStoreContract, IClassFixture<S3Server>
{
    private readonly string prefix = $"some/{Guid.NewGuid():N}";

    [ContractFact]
    public void A_bucket_that_does_not_exist_is_told_and_not_taken_for_an_empty_one()
    {
        using var s3 = new S3BlobStore(new S3Location("no-such-bucket", "", server.Endpoint, null));
        var store = new BlockingStore(s3);
        foreach (var call in (Action[])[() => store.Open("job/a"), () => store.List("job/"), () => store.Write("job/a", _ => { })])
            Assert.Contains("there is no such bucket", Assert.Throws<IOException>(call).Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public void A_write_that_throws_half_way_leaves_no_upload_behind()
    {
        var store = new BlockingStore(Connect());
        var during = 0;
        Assert.Throws<InvalidOperationException>(() => store.Write("job/a", stream =>
        {
            stream.Write(new byte[20_000_000]);
            during = Parts();
            throw new InvalidOperationException();
        }));
        Assert.NotEqual(0, during);
        Assert.Equal(0, Parts());
    }

    [ContractFact]
    public void A_server_that_accepts_and_never_answers_is_given_up_on()
    {
        using var silent = new SilentServer();
        using var s3 = new S3BlobStore(new S3Location("b", "p", new Uri(silent.Address), null), TimeSpan.FromSeconds(2));
        SilentServer.AssertGivenUp(new BlockingStore(s3), "s3://b/p");
    }

    protected override IBlobStore Connect() => new S3BlobStore(new S3Location(S3Server.Bucket, prefix, server.Endpoint, "us-east-1"));

    protected override (IBlobStore, string) Unreachable() =>
        (new S3BlobStore(new S3Location("b", "p", new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}"), null)), "s3://b/p");

    /// <summary>Files of the server in which parts of uploads are kept.</summary>
    private int Parts() =>
        Directory.EnumerateFiles(Path.Combine(server.Folder, S3Server.Bucket), "*", SearchOption.AllDirectories).Count(f => f.Contains("multipart", StringComparison.Ordinal));
}
