using System.Globalization;

namespace StreamGrains.Storage;

/// <summary>
/// Where snapshots are kept, as a person writes it: a path or <c>file:///var/lib/x</c>, <c>s3://bucket/prefix</c>, <c>azure://container/prefix</c> or <c>kafka:</c>, with settings
/// behind a question mark. Its text never holds a secret: credentials come from where each system's own tools take them.
/// </summary>
public abstract record StorageLocation
{
    /// <summary>Reads a location; false with what is wrong, for the person who wrote it.</summary>
    public static bool TryParse(string text, out StorageLocation? location, out string problem) => StorageUrl.TryParse(text, out location, out problem);

    /// <summary>The location as it can be written again.</summary>
    public abstract override string ToString();
}

/// <summary>A directory of this machine, or one that several machines mount.</summary>
/// <param name="Path">Its path.</param>
public sealed record DirectoryLocation(string Path) : StorageLocation
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}

/// <summary>A bucket of Amazon S3 or of a server that speaks its protocol.</summary>
/// <param name="Bucket">Name of the bucket; it must be there.</param>
/// <param name="Prefix">What all keys begin with, without slashes at its ends; may be empty.</param>
/// <param name="Endpoint">Address of the server; null for Amazon's. Given, the bucket is part of the path and not of the host name.</param>
/// <param name="Region">Region; null for what AWS's environment or profile says, or us-east-1 with an endpoint.</param>
public sealed record S3Location(string Bucket, string Prefix, Uri? Endpoint, string? Region) : StorageLocation
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string?[] settings = [Endpoint is null ? null : $"endpoint={Endpoint.OriginalString}", Region is null ? null : $"region={Region}"];
        var query = string.Join('&', settings.OfType<string>());
        return $"s3://{Bucket}{(Prefix.Length > 0 ? "/" : "")}{Prefix}{(query.Length > 0 ? "?" : "")}{query}";
    }
}

/// <summary>A container of Azure Blob Storage; the account is said in the environment (<see cref="AzureBlobStore"/>).</summary>
/// <param name="Container">Name of the container; it must be there.</param>
/// <param name="Prefix">What all names begin with, without slashes at its ends; may be empty.</param>
public sealed record AzureLocation(string Container, string Prefix) : StorageLocation
{
    /// <inheritdoc/>
    public override string ToString() => $"azure://{Container}{(Prefix.Length > 0 ? "/" : "")}{Prefix}";
}

/// <summary>The job's own Kafka cluster: a topic of the job, for small state.</summary>
/// <param name="MaxBytes">The largest blob that it takes, in bytes.</param>
public sealed record KafkaLocation(long MaxBytes = KafkaLocation.DefaultMaxBytes) : StorageLocation
{
    /// <summary>64 MB.</summary>
    public const long DefaultMaxBytes = 64_000_000;

    /// <summary>1 GB: a blob passes through memory.</summary>
    public const long MostMaxBytes = 1_000_000_000;

    /// <inheritdoc/>
    public override string ToString() => MaxBytes == DefaultMaxBytes ? "kafka:" : string.Create(CultureInfo.InvariantCulture, $"kafka:?max={ByteSize.Format(MaxBytes)}");
}
