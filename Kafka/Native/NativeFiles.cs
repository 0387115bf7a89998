namespace StreamGrains.Kafka.Native;

/// <summary>Native libraries that come with the program.</summary>
internal static class NativeFiles
{
    /// <summary>Where the host of .NET has put them (the packages' <c>runtimes</c> of this platform, or what a publish left), and then beside the program.</summary>
    private static IEnumerable<string> Directories =>
        ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? []).Append(AppContext.BaseDirectory);

    /// <summary>A library's file, or null.</summary>
    public static string? Find(string name) => Directories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
}
