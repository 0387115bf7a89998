using System.Globalization;
using System.Text.Json;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Control.Savepoints;

/// <summary>Savepoints of one job in its storage, below <c>{job}/savepoints/{id}/</c>. Any thread.</summary>
public sealed class SavepointStore(IBlobStore blobs, string job)
{
    private const string Manifest = "manifest";

    private string Root => RootOf(job);

    /// <summary>What names of blobs of a job's savepoints begin with.</summary>
    public static string RootOf(string job) => $"{job}/savepoints/";

    /// <summary>Whether a blob of a savepoint is what makes it one.</summary>
    public static bool IsManifest(string name) => name.EndsWith("/" + Manifest, StringComparison.Ordinal);

    /// <summary>Name of a new savepoint: the time in UTC, so that names sort by age.</summary>
    public static string NewId(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'.'fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whether this can be the name of a savepoint.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && !text.StartsWith('.');

    public string StateName(string id, ProcessorId processor) => $"{Root}{id}/{processor}.state";

    public string WaitingName(string id, ProcessorId processor) => $"{Root}{id}/{processor}.blocks";

    /// <summary>Makes a savepoint of blobs that are written already.</summary>
    public ValueTask Seal(SavepointManifest manifest) => blobs.Write(Root + manifest.Id + "/" + Manifest, stream => JsonSerializer.Serialize(stream, manifest, ControlJson.Options));

    /// <summary>A savepoint; null when there is none by this name. Throws <see cref="JobFailed"/> for one that cannot be read.</summary>
    public async Task<SavepointManifest?> Find(string id)
    {
        if (!IsId(id) || await blobs.Open(Root + id + "/" + Manifest) is not { } stream) return null;
        await using (stream)
        {
            try
            {
                var manifest = (await JsonSerializer.DeserializeAsync<SavepointManifest>(stream, ControlJson.Options))!;
                return manifest.Version == SavepointManifest.CurrentVersion
                    ? manifest
                    : throw new JobFailed($"savepoint '{id}' has format version {manifest.Version}; this program reads version {SavepointManifest.CurrentVersion}");
            }
            catch (JsonException damaged)
            {
                throw new JobFailed($"savepoint '{id}' of job '{job}' cannot be read: {damaged.Message}", damaged);
            }
        }
    }

    /// <summary>All savepoints, oldest first.</summary>
    public async Task<IReadOnlyList<Savepoint>> List()
    {
        var found = new List<Savepoint>();
        foreach (var id in await Ids())
            if (await Find(id) is { } manifest) found.Add(manifest.Describe());
        return found;
    }

    /// <summary>Names of all savepoints, oldest first, also of those that cannot be read.</summary>
    public async Task<IReadOnlyList<string>> Ids() =>
        [.. (await blobs.List(Root)).Where(IsManifest).Select(name => name[Root.Length..^(Manifest.Length + 1)]).Order(StringComparer.Ordinal)];

    /// <summary>Removes a savepoint, or what was written of one. The manifest goes first: what has none is no savepoint.</summary>
    public async Task Remove(string id)
    {
        await blobs.Delete(Root + id + "/" + Manifest);
        foreach (var name in await blobs.List(Root + id + "/")) await blobs.Delete(name);
    }
}
