using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage;

/// <summary>
/// Blobs as objects of a bucket, on Amazon S3 or any server that speaks its protocol. Credentials are found where AWS's own tools find them: environment, profile, role of the machine
/// or container. An object appears whole: a small one in one request, a larger one by completing a multipart upload. Reads are pinned to the object's ETag. Any thread.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    private const string DefaultRegion = "us-east-1";

    private readonly S3Location location;
    private readonly AmazonS3Client client;
    private readonly StoreRequests requests;

    /// <summary>A store; nothing is asked of it yet. Throws <see cref="IOException"/> when no region is said anywhere.</summary>
    public S3BlobStore(S3Location location)
        : this(location, StoreRequests.Patience)
    {
    }

    internal S3BlobStore(S3Location location, TimeSpan patience)
    {
        this.location = location;
        requests = new StoreRequests(location.ToString(), patience, S3Errors.Explain);
        client = Connect();
    }

    /// <inheritdoc/>
    public async ValueTask Write(string name, Action<Stream> content)
    {
        using var upload = new S3Upload(client, requests, location.Bucket, BlobName.Key(location.Prefix, name), name);
        try
        {
            content(upload.Stream);
            await upload.Complete().ConfigureAwait(false);
        }
        catch
        {
            await upload.Abort().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> Open(string name)
    {
        var key = BlobName.Key(location.Prefix, name);
        var found = await requests.Ask("open", name, giveUp => Find(key, giveUp)).ConfigureAwait(false);
        return found is null ? null : new RangeStream(found.ContentLength, (offset, buffer) => Fetch(name, key, found.ETag, offset, buffer).GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> List(string prefix)
    {
        var start = BlobName.Start(location.Prefix);
        var names = new List<string>();
        var request = new ListObjectsV2Request { BucketName = location.Bucket, Prefix = start + prefix };
        do
        {
            var page = await requests.Ask("list", prefix, giveUp => client.ListObjectsV2Async(request, giveUp)).ConfigureAwait(false);
            names.AddRange((page.S3Objects ?? []).Select(o => o.Key[start.Length..]));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <inheritdoc/>
    public async ValueTask Delete(string name)
    {
        var key = BlobName.Key(location.Prefix, name);
        await requests.Ask("delete", name, async giveUp =>
        {
            try
            {
                await client.DeleteObjectAsync(location.Bucket, key, giveUp).ConfigureAwait(false);
            }
            catch (AmazonS3Exception missing) when (S3Errors.IsMissing(missing))
            {
                // Some servers say so; Amazon's does not.
            }
            return true;
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private AmazonS3Client Connect()
    {
        // Servers other than Amazon's may refuse checksums behind the body; every request's body is signed by its hash instead.
        var config = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = StoreRequests.Attempts - 1,
            Timeout = requests.Attempt,
            ConnectTimeout = requests.Attempt,
        };
        if (location.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.OriginalString;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = location.Region ?? DefaultRegion;
        }
        else if (location.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        try
        {
            return new AmazonS3Client(config);
        }
        catch (AmazonClientException refused)
        {
            throw new IOException($"storage {location}: {refused.Message}. Say the region: ?region=eu-central-1, AWS_REGION or a profile", refused);
        }
    }

    /// <summary>Size and ETag; null when there is no such object. A bucket that is not there answers the same, so it is asked about too.</summary>
    private async Task<GetObjectMetadataResponse?> Find(string key, CancellationToken giveUp)
    {
        try
        {
            return await client.GetObjectMetadataAsync(location.Bucket, key, giveUp).ConfigureAwait(false);
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = location.Bucket, Prefix = key, MaxKeys = 1 }, giveUp).ConfigureAwait(false);
            return null;
        }
    }

    private async Task Fetch(string name, string key, string version, long offset, Memory<byte> buffer)
    {
        var request = new GetObjectRequest { BucketName = location.Bucket, Key = key, EtagToMatch = version, ByteRange = new ByteRange(offset, offset + buffer.Length - 1) };
        await requests.Ask("read", name, async giveUp =>
        {
            for (var attempt = 1; ; attempt++)
            {
                using var response = await client.GetObjectAsync(request, giveUp).ConfigureAwait(false);
                // A server that does not know the condition must not pass another object off as this one.
                if (response.ETag != version) throw new InvalidDataException(S3Errors.Changed);
                try
                {
                    await response.ResponseStream.ReadExactlyAsync(buffer, giveUp).ConfigureAwait(false);
                    return true;
                }
                catch (IOException) when (attempt < StoreRequests.Attempts)
                {
                    // The library repeats requests, not bodies that break off.
                }
            }
        }).ConfigureAwait(false);
    }
}
