using System.Globalization;
using System.Security.Cryptography;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control;

/// <summary>
/// Model files that were handed in, by the hash of their content: kept in a directory of this process and, where there are several processes, in a storage that all of them reach.
/// A file by a hash never changes. Any thread.
/// </summary>
/// <param name="directory">Where files are kept here.</param>
/// <param name="models">Sees whether a file is a model.</param>
/// <param name="openShared">Opens the storage that all processes reach, when it is first needed; null when this process is alone.</param>
public sealed class ModelFiles(string directory, IModelCatalog models, Func<IBlobStore>? openShared) : IDisposable
{
    private const string Folder = "models/";

    private readonly Lazy<IBlobStore>? shared = openShared is null ? null : new(openShared);
    private readonly SemaphoreSlim keeping = new(1);

    /// <summary>The largest file that is taken.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>Keeps a model file. Refused, with nothing kept, when it is too large, is no model, or does not fit beside the others.</summary>
    /// <param name="content">The file.</param>
    /// <param name="mostTogether">Bytes that all files may take; null for any.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<Answer<UploadedModel>> Add(Stream content, long? mostTogether, CancellationToken cancel)
    {
        var temporary = Path.Combine(Directory.CreateDirectory(directory).FullName, $"{Guid.NewGuid():N}.part");
        try
        {
            if (await Receive(content, temporary, cancel) is not { } hash)
                return Refusal.Of(RefusalKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"a model file may have {MostBytes} bytes"));
            if (!File.Exists(PathOf(hash)) && await Task.Run(() => Problem(temporary), cancel) is { } problem) return Refusal.Of(RefusalKind.Invalid, problem);
            await keeping.WaitAsync(cancel);
            try
            {
                return await Keep(temporary, hash, mostTogether, cancel);
            }
            finally
            {
                keeping.Release();
            }
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

    /// <summary>Whether the file is there for every process: a copy that only this one has left does not count.</summary>
    public async Task<bool> Has(string hash) => IsHash(hash) && (shared is null ? File.Exists(PathOf(hash)) : (await shared.Value.List(NameOf(hash))).Count > 0);

    /// <summary>Hash and length of every file, by hash.</summary>
    public async Task<IReadOnlyList<(string Hash, long Bytes)>> List(CancellationToken cancel)
    {
        var names = shared is not null ? (await shared.Value.List(Folder)).Select(n => n[Folder.Length..])
            : Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Select(f => Path.GetFileName(f)) : [];
        var found = new List<(string, long)>();
        foreach (var hash in names.Where(IsHash).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            if (await Length(hash) is { } bytes) found.Add((hash, bytes));
        }
        return found;
    }

    /// <summary>Removes a file. Other processes keep the copies that they have fetched until they are set up anew; none of them hands them on.</summary>
    public async Task Remove(string hash)
    {
        if (!IsHash(hash)) return;
        if (shared is not null) await shared.Value.Delete(NameOf(hash));
        if (File.Exists(PathOf(hash))) File.Delete(PathOf(hash));
    }

    /// <summary>Whether this reads like a hash, and so is safe as a file name.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    /// <inheritdoc/>
    public void Dispose()
    {
        keeping.Dispose();
        if (shared is { IsValueCreated: true }) (shared.Value as IDisposable)?.Dispose();
    }

    private async Task<Answer<UploadedModel>> Keep(string temporary, string hash, long? mostTogether, CancellationToken cancel)
    {
        if (!await Has(hash))
        {
            if (mostTogether is { } most && (await List(cancel)).Sum(m => m.Bytes) + new FileInfo(temporary).Length is var sum && sum > most)
                return Refusal.Of(RefusalKind.TooLarge, string.Create(
                    CultureInfo.InvariantCulture,
                    $"uploaded models may take {most} bytes together on this server, and with this one they would take {sum}: remove some that no job uses first (`streamgrains models` lists them), or raise StreamGrains:Api:MostModelBytes"));
            // First where all processes see it: one that is only here would pass for one that is there.
            if (shared is not null) await Share(shared.Value, hash, temporary);
        }
        if (!File.Exists(PathOf(hash))) File.Move(temporary, PathOf(hash), overwrite: true);
        return new UploadedModel(hash);
    }

    private string? Problem(string file)
    {
        try
        {
            models.Inspect(file);
            return null;
        }
        catch (ModelRefused refused)
        {
            return $"the file was not kept, because jobs could not score with it. {refused.Message.Replace($"Model '{file}'", "It", StringComparison.Ordinal)}";
        }
    }

    private static async Task Share(IBlobStore storage, string hash, string path)
    {
        await using var file = File.OpenRead(path);
        await storage.Write(NameOf(hash), file.CopyTo);
    }

    private async Task<long?> Length(string hash)
    {
        if (File.Exists(PathOf(hash))) return new FileInfo(PathOf(hash)).Length;
        if (shared is null || await shared.Value.Open(NameOf(hash)) is not { } blob) return null;
        await using (blob) return blob.Length;
    }

    /// <summary>The hash of what was written to the path; null when it is too large.</summary>
    private static async Task<string?> Receive(Stream from, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var buffer = new byte[1 << 16];
        long total = 0;
        for (int read; (read = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((total += read) > MostBytes) return null;
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private string PathOf(string hash) => Path.Combine(directory, hash);

    private static string NameOf(string hash) => Folder + hash;
}
