using Amazon.S3;
using Amazon.S3.Model;

namespace StreamGrains.Storage;

/// <summary>
/// One object on its way up: in one request when it is small, else as a multipart upload, of which nothing shows before it is completed. Owner: one write, on its thread.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="requests">How requests are made.</param>
/// <param name="bucket">Bucket.</param>
/// <param name="key">Key of the object.</param>
/// <param name="name">Name of the blob, for messages.</param>
internal sealed class S3Upload(AmazonS3Client client, StoreRequests requests, string bucket, string key, string name) : IDisposable
{
    /// <summary>Servers want at least 5 MB and at most 10 000 parts.</summary>
    private const int PartBytes = 8 << 20;

    private readonly List<PartETag> parts = [];
    private PartedStream? stream;
    private string? upload;

    /// <summary>Takes the object's bytes.</summary>
    public Stream Stream => stream ??= new PartedStream(PartBytes, part => SendPart(part).GetAwaiter().GetResult());

    /// <summary>Makes the object appear.</summary>
    public async Task Complete()
    {
        var rest = stream!.TakeRest();
        if (upload is null)
        {
            await Ask(giveUp => client.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket, Key = key, InputStream = rest, AutoCloseStream = false, UseChunkEncoding = false }, giveUp)).ConfigureAwait(false);
            return;
        }
        await SendPart(rest).ConfigureAwait(false);
        await Ask(giveUp => client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, giveUp)).ConfigureAwait(false);
    }

    /// <summary>Removes what is there of an object that will not be completed. Where that fails, a lifecycle rule of the bucket is to remove it.</summary>
    public async Task Abort()
    {
        if (upload is null) return;
        try
        {
            await Ask(giveUp => client.AbortMultipartUploadAsync(bucket, key, upload, giveUp)).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The first failure is the one to tell.
        }
    }

    public void Dispose() => stream?.Dispose();

    private async Task SendPart(MemoryStream part)
    {
        upload ??= (await Ask(giveUp => client.InitiateMultipartUploadAsync(bucket, key, giveUp)).ConfigureAwait(false)).UploadId;
        var number = parts.Count + 1;
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = number,
            PartSize = part.Length,
            InputStream = part,
            UseChunkEncoding = false,
        };
        var sent = await Ask(giveUp => client.UploadPartAsync(request, giveUp)).ConfigureAwait(false);
        parts.Add(new PartETag(number, sent.ETag));
    }

    private Task<T> Ask<T>(Func<CancellationToken, Task<T>> request) => requests.Ask("write", name, request);
}
