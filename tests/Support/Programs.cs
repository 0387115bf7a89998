namespace StreamGrains.Tests.Support;

/// <summary>Programs on the PATH.</summary>
public static class Programs
{
    /// <summary>A program's file; null where it is not installed. <paramref name="before"/> is a folder that goes before the PATH.</summary>
    public static string? Find(string name, string? before = null) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)
            .Prepend(before).OfType<string>()
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
