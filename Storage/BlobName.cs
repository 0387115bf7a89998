namespace StreamGrains.Storage;

/// <summary>Blobs' names within a bucket or container.</summary>
internal static class BlobName
{
    /// <summary>
    /// The key of a blob behind a prefix. Throws <see cref="ArgumentException"/> for a name that servers which keep objects as files would take for another place.
    /// </summary>
    public static string Key(string prefix, string name)
    {
        if (name.Length == 0 || name.Split('/').Any(part => part is "" or "." or "..")) throw new ArgumentException($"'{name}' is not a blob's name", nameof(name));
        return Start(prefix) + name;
    }

    /// <summary>What the keys of all blobs behind a prefix begin with.</summary>
    public static string Start(string prefix) => prefix.Length == 0 ? "" : $"{prefix}/";
}
