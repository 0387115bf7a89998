namespace StreamGrains.Cli.Jobs;

/// <summary>
/// Shows on this machine that a job runs, also while it has nothing to do: a run shares the lock file in its data directory, a reset wants it alone.
/// It is no fence (that is the transactional id's job) and goes with its process, however that ends.
/// </summary>
internal static class JobLock
{
    /// <summary>Held by a run until disposed.</summary>
    public static IDisposable Share(string dataDirectory, string job)
    {
        var path = PathOf(dataDirectory, job);
        // Only an existing file can be opened for reading, and only such a handle shares the lock.
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite)) { }
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Held by a reset; null while a run holds it.</summary>
    public static IDisposable? Take(string dataDirectory, string job)
    {
        try
        {
            return new FileStream(PathOf(dataDirectory, job), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string PathOf(string dataDirectory, string job) => Path.Combine(Directory.CreateDirectory(dataDirectory).FullName, $"{job}.lock");
}
