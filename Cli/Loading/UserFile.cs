using StreamGrains.Cli.Terminal;
using StreamGrains.Engine;

namespace StreamGrains.Cli.Loading;

/// <summary>Opens files that a person named.</summary>
internal static class UserFile
{
    private const int MostNeighbours = 10_000;

    /// <summary>The file to read. Throws <see cref="CommandFailed"/> with the name that was probably meant.</summary>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            var near = NearestName.Of(Path.GetFileName(path), Neighbours(path));
            var meant = near is null ? "" : $"; did you mean '{Path.Combine(Path.GetDirectoryName(path) ?? "", near)}'?";
            throw new CommandFailed(ExitCode.Usage, $"there is no file '{path}'{meant}", missing);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new CommandFailed(ExitCode.Failure, Directory.Exists(path) ? $"'{path}' is a directory" : $"'{path}' may not be read", denied);
        }
    }

    /// <summary>All of its text, likewise.</summary>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(Open(path));
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Neighbours(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(directory) ? Directory.EnumerateFiles(directory).Take(MostNeighbours).Select(f => Path.GetFileName(f)!) : [];
    }
}
