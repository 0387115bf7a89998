using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage;

/// <summary>
/// Blobs as block blobs of an Azure container. The account is said in the environment: <c>AZURE_STORAGE_CONNECTION_STRING</c>, or <c>AZURE_STORAGE_ACCOUNT_URL</c>, an address with a
/// shared access signature. A blob's blocks are staged and then committed, which makes it appear whole. Reads are pinned to the blob's ETag. Any thread.
/// </summary>
/// <remarks>Not the library's own write stream: it puts an empty blob in the name's place before the first byte.</remarks>
public sealed class AzureBlobStore : IBlobStore
{
    internal const string ConnectionVariable = "AZURE_STORAGE_CONNECTION_STRING";
    internal const string AccountVariable = "AZURE_STORAGE_ACCOUNT_URL";
    private const int BlockBytes = 8 << 20;

    private readonly string prefix;
    private readonly BlobContainerClient container;
    private readonly StoreRequests requests;

    /// <summary>A store; nothing is asked of it yet. Throws <see cref="IOException"/> when the environment names no account.</summary>
    public AzureBlobStore(AzureLocation location)
        : this(location, StoreRequests.Patience)
    {
    }

    internal AzureBlobStore(AzureLocation location, TimeSpan patience)
    {
        prefix = location.Prefix;
        requests = new StoreRequests(location.ToString(), patience, Explain);
        container = Connect(location);
    }

    /// <inheritdoc/>
    public async ValueTask Write(string name, Action<Stream> content)
    {
        var blob = container.GetBlockBlobClient(BlobName.Key(prefix, name));
        // Ids of this write alone: staged blocks of another one that was cut short must not be taken for ours. What is staged and never committed, the service drops after a week.
        var write = Guid.NewGuid();
        var blocks = new List<string>();
        using var stream = new PartedStream(BlockBytes, block => Stage(block).GetAwaiter().GetResult());
        content(stream);
        if (stream.TakeRest() is { Length: > 0 } rest) await Stage(rest).ConfigureAwait(false);
        await requests.Ask("write", name, giveUp => blob.CommitBlockListAsync(blocks, cancellationToken: giveUp)).ConfigureAwait(false);

        async Task Stage(MemoryStream block)
        {
            Span<byte> id = stackalloc byte[20];
            write.TryWriteBytes(id);
            BitConverter.TryWriteBytes(id[16..], blocks.Count);
            var text = Convert.ToBase64String(id);
            await requests.Ask("write", name, giveUp => blob.StageBlockAsync(text, block, cancellationToken: giveUp)).ConfigureAwait(false);
            blocks.Add(text);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> Open(string name)
    {
        var blob = container.GetBlobClient(BlobName.Key(prefix, name));
        var found = await requests.Ask("open", name, giveUp => Find(blob, giveUp)).ConfigureAwait(false);
        return found is null ? null : new RangeStream(found.ContentLength, (offset, buffer) => Fetch(name, blob, found.ETag, offset, buffer).GetAwaiter().GetResult());
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> List(string prefix)
    {
        var start = BlobName.Start(this.prefix);
        return new(requests.Ask("list", prefix, async giveUp =>
        {
            var names = new List<string>();
            await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, start + prefix, giveUp).ConfigureAwait(false)) names.Add(blob.Name[start.Length..]);
            names.Sort(StringComparer.Ordinal);
            return (IReadOnlyList<string>)names;
        }));
    }

    /// <inheritdoc/>
    public async ValueTask Delete(string name)
    {
        var blob = container.GetBlobClient(BlobName.Key(prefix, name));
        await requests.Ask("delete", name, giveUp => blob.DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: giveUp)).ConfigureAwait(false);
    }

    private BlobContainerClient Connect(AzureLocation location)
    {
        var options = new BlobClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = StoreRequests.Attempts - 1,
                NetworkTimeout = requests.Attempt,
                Delay = TimeSpan.FromSeconds(0.2),
                MaxDelay = TimeSpan.FromSeconds(2),
            },
        };
        try
        {
            if (Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } connection) return new BlobContainerClient(connection, location.Container, options);
            if (Environment.GetEnvironmentVariable(AccountVariable) is { Length: > 0 } account)
                return new BlobServiceClient(new Uri(account), options).GetBlobContainerClient(location.Container);
        }
        catch (FormatException unreadable)
        {
            // The text itself may hold a key.
            throw new IOException(
                $"storage {location}: {ConnectionVariable} or {AccountVariable} cannot be read: the first is a connection string, the second https://ACCOUNT.blob.core.windows.net?SAS",
                unreadable);
        }
        throw new IOException($"storage {location}: the environment names no account: set {ConnectionVariable}, or {AccountVariable}=https://ACCOUNT.blob.core.windows.net?SAS");
    }

    private static async Task<BlobProperties?> Find(BlobClient blob, CancellationToken giveUp)
    {
        try
        {
            return await blob.GetPropertiesAsync(cancellationToken: giveUp).ConfigureAwait(false);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    private async Task Fetch(string name, BlobClient blob, ETag version, long offset, Memory<byte> buffer)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, buffer.Length), Conditions = new BlobRequestConditions { IfMatch = version } };
        await requests.Ask("read", name, async giveUp =>
        {
            using var response = (await blob.DownloadStreamingAsync(options, giveUp).ConfigureAwait(false)).Value;
            // The library's stream asks again where a body breaks off.
            await response.Content.ReadExactlyAsync(buffer, giveUp).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    private static string? Explain(Exception failure) => failure is not RequestFailedException { Status: > 0 } refused ? null : refused.Status switch
    {
        404 when refused.ErrorCode == BlobErrorCode.ContainerNotFound => "there is no such container: create it, or correct the location",
        404 => "it was deleted while it was read",
        412 => "it was written again while it was read",
        401 or 403 =>
            $"the account refuses ({refused.Status} {refused.ErrorCode}): the key or signature needs read, write, delete and list on the container's blobs, and may have expired",
        _ => $"the account says {refused.Status} {refused.ErrorCode}",
    };
}
