using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage;

/// <summary>The store at a location: what every program that runs jobs composes from.</summary>
public static class BlobStores
{
    /// <summary>
    /// Opens the store; nothing is asked of it yet. The caller disposes it where it is <see cref="IDisposable"/>. Kafka is not known here, so <paramref name="kafka"/> makes that
    /// store. Throws <see cref="IOException"/> when the environment does not say what the store needs.
    /// </summary>
    public static IBlobStore Open(StorageLocation location, Func<KafkaLocation, IBlobStore> kafka) => location switch
    {
        DirectoryLocation directory => new DirectoryBlobStore(directory.Path),
        S3Location s3 => new S3BlobStore(s3),
        AzureLocation azure => new AzureBlobStore(azure),
        KafkaLocation topic => kafka(topic),
        _ => throw new ArgumentException($"a {location.GetType().Name} has no store", nameof(location)),
    };
}
