using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage;

/// <summary>
/// Blobs as files below a directory. A blob is written to a temporary name, flushed to the disk and renamed, so a name shows a whole blob or none;
/// the directory is flushed too, so that the name survives a power cut. Every call blocks.
/// </summary>
public sealed class DirectoryBlobStore(string root) : IBlobStore
{
    private const string Temporary = ".tmp";

    /// <inheritdoc/>
    public ValueTask Write(string name, Action<Stream> content)
    {
        var path = PathOf(name);
        return new(Ask("write", name, () =>
        {
            var directory = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(directory);
            var temporary = path + Temporary;
            try
            {
                using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                {
                    content(file);
                    file.Flush(flushToDisk: true);
                }
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
            DirectoryFlush.Flush(directory);
            return Task.CompletedTask;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<Stream?> Open(string name)
    {
        var path = PathOf(name);
        return new(Ask<Stream?>("open", name, () =>
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
            }
            catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        }));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> List(string prefix) => new(Ask("list", prefix, () => (IReadOnlyList<string>)Names(prefix)));

    /// <inheritdoc/>
    public ValueTask Delete(string name)
    {
        var path = PathOf(name);
        return new(Ask("delete", name, () =>
        {
            if (File.Exists(path)) File.Delete(path);
            return Task.CompletedTask;
        }));
    }

    private T Ask<T>(string doing, string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"storage {root}: cannot {doing} '{name}': {failure.Message}", failure);
        }
    }

    private string[] Names(string prefix)
    {
        if (!Directory.Exists(root)) return [];
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(Temporary, StringComparison.Ordinal))
            .Select(f => Path.GetRelativePath(root, f).Replace('\\', '/'))
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    private string PathOf(string name)
    {
        var whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(whole, name));
        if (path.Length == whole.Length || !path.StartsWith(whole, StringComparison.Ordinal)) throw new ArgumentException($"'{name}' leads out of the store", nameof(name));
        if (name.EndsWith(Temporary, StringComparison.Ordinal)) throw new ArgumentException($"'{name}' ends like a blob that is being written", nameof(name));
        return path;
    }
}
