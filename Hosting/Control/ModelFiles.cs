using System.Security.Cryptography;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Control;

/// <summary>
/// Model files that were handed in, by the hash of their content: kept in a directory of this process and, where there are several processes, in a storage that all of them reach.
/// A file by a hash never changes. Any thread.
/// </summary>
/// <param name="directory">Where files are kept here.</param>
/// <param name="models">Sees whether a file is a model.</param>
/// <param name="openShared">Opens the storage that all processes reach, when it is first needed; null when this process is alone.</param>
public sealed class ModelFiles(string directory, IModelCatalog models, Func<IBlobStore>? openShared)
{
    private readonly Lazy<IBlobStore>? shared = openShared is null ? null : new(openShared);

    /// <summary>The largest file that is taken.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>
    /// Keeps a model file and returns its hash, lower-case hexadecimal. Throws <see cref="InvalidDataException"/>, and keeps nothing, when it is too large or is no model.
    /// </summary>
    public async Task<string> Add(Stream content, CancellationToken cancel)
    {
        var temporary = Path.Combine(Directory.CreateDirectory(directory).FullName, $"{Guid.NewGuid():N}.part");
        try
        {
            var hash = await Receive(content, temporary, cancel);
            if (!File.Exists(PathOf(hash))) await Task.Run(() => Inspect(temporary), cancel);
            // First where all processes see it: one that is only here would pass for one that is there.
            if (shared?.Value is { } storage && (await storage.List(NameOf(hash))).Count == 0) await Share(storage, hash, temporary);
            if (!File.Exists(PathOf(hash))) File.Move(temporary, PathOf(hash), overwrite: true);
            return hash;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Path of a file here, fetched from the shared storage if need be; null when nobody handed it in.</summary>
    public async Task<string?> Find(string hash, CancellationToken cancel)
    {
        if (!IsHash(hash)) return null;
        var path = PathOf(hash);
        if (File.Exists(path)) return path;
        if (shared is null || await shared.Value.Open(NameOf(hash)) is not { } blob) return null;
        await using (blob)
        {
            var temporary = Path.Combine(Directory.CreateDirectory(directory).FullName, $"{Guid.NewGuid():N}.part");
            try
            {
                if (await Receive(blob, temporary, cancel) != hash) throw new InvalidDataException($"model {hash} is damaged in storage: hand it in again");
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        return path;
    }

    /// <summary>Whether this reads like a hash, and so is safe as a file name.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private void Inspect(string file)
    {
        try
        {
            models.Inspect(file);
        }
        catch (ModelRefused refused)
        {
            throw new InvalidDataException($"the file was not kept, because jobs could not score with it. {refused.Message.Replace($"Model '{file}'", "It", StringComparison.Ordinal)}", refused);
        }
    }

    private static async Task Share(IBlobStore storage, string hash, string path)
    {
        await using var file = File.OpenRead(path);
        await storage.Write(NameOf(hash), file.CopyTo);
    }

    private static async Task<string> Receive(Stream from, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var buffer = new byte[1 << 16];
        long total = 0;
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((total += read) > MostBytes) throw new InvalidDataException($"a model file may have {MostBytes} bytes");
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string PathOf(string hash) => Path.Combine(directory, hash);

    private static string NameOf(string hash) => $"models/{hash}";
}
