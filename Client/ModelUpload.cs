using System.Net;
using System.Security.Cryptography;

namespace StreamGrains.Client;

/// <summary>A model file as the body of a request; opened anew each time it is sent, so that a request may be repeated.</summary>
internal sealed class ModelUpload : HttpContent
{
    private readonly string path;

    public ModelUpload(string path)
    {
        this.path = path;
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>SHA-256 of a file's content, lower-case hexadecimal.</summary>
    public static async Task<string> HashOf(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        await file.CopyToAsync(stream, cancel);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = new FileInfo(path).Length;
        return true;
    }
}
