using System.Runtime.CompilerServices;

namespace StreamGrains.Api.Tests.Support;

/// <summary>Files of this repository.</summary>
internal static class Repository
{
    /// <summary>Path of a file, given from the root.</summary>
    public static string PathOf(string file) => Path.Combine(Root(), file);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
