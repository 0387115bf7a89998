namespace StreamGrains.Cli.Jobs;

/// <summary>Where snapshots are kept when nobody says where.</summary>
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
}
