using System.Diagnostics;

namespace StreamGrains.Cli.Tests;

/// <summary>A test that needs a real broker, and a file system of its own for a process; without them it is skipped and says so.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> CanMount = new(() =>
    {
        if (!OperatingSystem.IsLinux()) return false;
        using var probe = Process.Start(new ProcessStartInfo("bash", ["-c", "unshare -rm mount -t tmpfs tmpfs /tmp"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    });

    public SmallDiskFactAttribute() => Skip = TestBroker.Missing ?? (CanMount.Value ? null : "a process may not mount a file system of its own here (unshare -rm)");
}
