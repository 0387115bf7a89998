namespace StreamGrains.Cli.Terminal;

/// <summary>What the output can do.</summary>
internal static class Screen
{
    /// <summary>Whether somebody looks at a terminal that can redraw.</summary>
    public static bool IsLive => !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "") && !OperatingSystem.IsBrowser();

    /// <summary>How often a live page is drawn, and how often a plain line is printed.</summary>
    public static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250), Line = TimeSpan.FromSeconds(5);
}
