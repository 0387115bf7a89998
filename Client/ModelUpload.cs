using System.Net;
using System.Security.Cryptography;

namespace StreamGrains.Client;

/// <summary>A model file, with the weights that it keeps beside it, as the body of a request; read anew each time it is sent, so that a request may be repeated.</summary>
internal sealed class ModelUpload : HttpContent
{
    private readonly string path;
    private readonly byte[]? joined;

    public ModelUpload(string path)
    {
        (this.path, joined) = (path, new ModelWeights(path).Join());
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>SHA-256 of what is sent, lower-case hexadecimal.</summary>
    public async Task<string> Hash(CancellationToken cancel)
    {
        await using var content = Open();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel));
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancel)
    {
        await using var content = Open();
        await content.CopyToAsync(stream, cancel);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = joined?.Length ?? new FileInfo(path).Length;
        return true;
    }

    private Stream Open() => joined is null ? File.OpenRead(path) : new MemoryStream(joined, writable: false);
}
