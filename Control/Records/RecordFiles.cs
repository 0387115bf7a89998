using System.Text.Json;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Control.Records;

/// <summary>Job records as files of one directory, for a server that is alone. Written aside and renamed, so a file holds a whole record. Owner: one <see cref="LocalJobs"/>.</summary>
public sealed class RecordFiles(string directory)
{
    /// <summary>All records. Throws <see cref="IOException"/> naming the file that cannot be read.</summary>
    public IReadOnlyList<JobRecord> Load()
    {
        if (!Directory.Exists(directory)) return [];
        return [.. Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(Read)];
    }

    /// <summary>Keeps a record in place of the one before.</summary>
    public void Save(JobRecord record)
    {
        var path = PathOf(record.Job);
        Directory.CreateDirectory(directory);
        using (var file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, record, ControlJson.Options);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Forgets a record.</summary>
    public void Remove(string job) => File.Delete(PathOf(job));

    private static JobRecord Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<JobRecord>(file, ControlJson.Options)!;
        }
        catch (JsonException damaged)
        {
            throw new IOException($"the record of a job in '{path}' cannot be read: {damaged.Message}. Move the file away and hand the job in again; its state is not in it", damaged);
        }
    }

    private string PathOf(string job) => Path.Combine(directory, $"{job}.json");
}
