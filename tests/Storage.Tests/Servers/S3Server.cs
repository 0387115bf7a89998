using System.Globalization;

namespace StreamGrains.Storage.Tests;

/// <summary>An S3 server over a folder, with one bucket; started when it is first asked for.</summary>
public sealed class S3Server : IDisposable
{
    /// <summary>The bucket.</summary>
    public const string Bucket = "snapshots";

    private readonly string folder = Directory.CreateTempSubdirectory("streamgrains-s3-").FullName;
    private readonly Lazy<(ServerProcess Process, Uri Endpoint)> server;

    /// <summary>Makes the bucket, and puts the credentials where AWS's default chain looks first.</summary>
    public S3Server()
    {
        server = new(Start);
        Directory.CreateDirectory(Path.Combine(folder, Bucket));
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
    }

    internal static string? Program => Repository.Shared("tools/versitygw");

    /// <summary>Its address.</summary>
    public Uri Endpoint => server.Value.Endpoint;

    /// <summary>Folder that holds the buckets' objects, and what multipart uploads have left.</summary>
    public string Folder => folder;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (server.IsValueCreated) server.Value.Process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private (ServerProcess, Uri) Start()
    {
        var port = ServerProcess.FreePort();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        return (new ServerProcess(port, Program!, ["--port", address, "posix", folder], ("ROOT_ACCESS_KEY", "key"), ("ROOT_SECRET_KEY", "secret")), new Uri($"http://{address}"));
    }
}

/// <summary>On tests that need an S3 server.</summary>
internal sealed class NeedsS3ServerAttribute : NeedsAttribute
{
    public override string? Missing => S3Server.Program is null ? "no S3 server: put versitygw at ../shared/tools/versitygw" : null;
}
