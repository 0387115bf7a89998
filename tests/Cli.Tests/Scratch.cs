using System.IO.Compression;

namespace StreamGrains.Cli.Tests;

/// <summary>A directory for one test, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"streamgrains-{Guid.NewGuid():N}");

    /// <summary>Writes a file, packed when its name ends in .gz; returns its path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Root, name);
        using Stream file = File.Create(path);
        using var packed = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : null;
        (packed ?? file).Write(System.Text.Encoding.UTF8.GetBytes(content));
        return path;
    }

    /// <summary>A folder in it.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
