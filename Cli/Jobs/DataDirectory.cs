using StreamGrains.Storage;

namespace StreamGrains.Cli.Jobs;

/// <summary>What this machine keeps of jobs: lock files, and snapshots when nobody says where else.</summary>
internal static class DataDirectory
{
    /// <summary>
    /// <c>$XDG_STATE_HOME/streamgrains</c>, else <c>~/.local/state/streamgrains</c> (on Windows the local application data), the same from every working directory;
    /// <c>./streamgrains-data</c> for a user without a home.
    /// </summary>
    public static string Default
    {
        get
        {
            if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state)) return Path.Combine(state, "streamgrains");
            if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "streamgrains");
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0 ? Path.Combine(home, ".local", "state", "streamgrains") : Path.GetFullPath("streamgrains-data");
        }
    }

    /// <summary>Where snapshots are: what <c>--storage</c> says, which was checked with the command line, else the data directory.</summary>
    public static StorageLocation SnapshotsAt(string? storage, string directory) =>
        storage is not null && StorageLocation.TryParse(storage, out var location, out _) ? location! : new DirectoryLocation(directory);
}
