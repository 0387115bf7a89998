using System.Runtime.InteropServices;

namespace StreamGrains.Cli.Tests;

/// <summary>Whatever the system has installed, the command works with the native libraries that come with it.</summary>
public sealed class NativeLibraryTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_librdkafka_of_the_system_is_never_taken()
    {
        // The first build does not load here, as where libsasl2.so.3 is missing, and the system has a library of its name: there is nothing of librdkafka in it.
        var program = CopyProgram();
        File.WriteAllText(Path.Combine(program.Natives, "librdkafka.so"), "no library");
        var decoys = scratch.Folder("decoys");
        File.Copy(Path.Combine(program.Natives, "libonnxruntime.so"), Path.Combine(decoys, "librdkafka.so"));

        var played = Tool.RunCopy(program.Binary, decoys, "demo", "--events", "500");

        Assert.True(played.ExitCode == 0, played.Errors);
        Assert.Equal(Tool.Run("--version").Well().Output, Tool.RunCopy(program.Binary, decoys, "--version").Well().Output);
    }

    [Fact]
    public void Without_a_librdkafka_of_its_own_it_says_so_and_takes_none()
    {
        var program = CopyProgram();
        foreach (var build in Directory.GetFiles(program.Natives, "*librdkafka.so")) File.Delete(build);
        var decoys = scratch.Folder("decoys");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native", "centos8-librdkafka.so"), Path.Combine(decoys, "librdkafka.so"));

        var refused = Tool.RunCopy(program.Binary, decoys, "demo", "--events", "500");

        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"^streamgrains: librdkafka \d+\.\d+\.\d+ cannot be loaded on this system \(.*\): ", refused.Errors);
        Assert.DoesNotContain("This is a bug", refused.Errors, StringComparison.Ordinal);
    }

    private static string Platform => $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The command in a folder of its own, with the native libraries of this platform.</summary>
    private (string Binary, string Natives) CopyProgram()
    {
        var folder = scratch.Folder("program");
        var natives = Path.Combine("runtimes", Platform, "native");
        foreach (var part in new[] { "", "demo", Path.Combine("demo", "models"), natives })
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
            foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, part))) File.Copy(file, Path.Combine(folder, part, Path.GetFileName(file)));
        }
        return (Path.Combine(folder, "streamgrains"), Path.Combine(folder, natives));
    }
}
