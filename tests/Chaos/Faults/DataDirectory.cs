using StreamGrains.Chaos.Cluster;

namespace StreamGrains.Chaos.Faults;

/// <summary>
/// The workers' data directory: a file system of its own in memory where this user may mount one, so that it can be full; else a folder. Owner: the run.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const string Filler = "filler";
    private readonly string root;

    /// <param name="root">Where it is made.</param>
    /// <param name="megabytes">Size of the file system in memory; 0: a folder in any case.</param>
    public DataDirectory(string root, int megabytes)
    {
        this.root = root;
        Directory.CreateDirectory(root);
        Mounted = megabytes > 0 && Script.Try("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", root).Code == 0;
        Directory.CreateDirectory(Path);
    }

    /// <summary>Whether it is a file system of its own.</summary>
    public bool Mounted { get; }

    /// <summary>What workers get.</summary>
    public string Path => System.IO.Path.Combine(root, "data");

    /// <summary>The file of a snapshot.</summary>
    public string FileOf(string snapshot) => System.IO.Path.Combine(Path, snapshot);

    /// <summary>Deletes everything, as far as the job can see; <see cref="PutBack"/> undoes it.</summary>
    public void TakeAway()
    {
        Directory.Move(Path, Path + ".away");
        Directory.CreateDirectory(Path);
    }

    public void PutBack()
    {
        Directory.Delete(Path, recursive: true);
        Directory.Move(Path + ".away", Path);
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        var block = new byte[64 * 1024];
        using var file = new FileStream(System.IO.Path.Combine(root, Filler), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(System.IO.Path.Combine(root, Filler));

    public void Dispose()
    {
        if (Mounted && Script.Try("umount", root) is (not 0, var output)) Console.Error.WriteLine($"chaos: {root} could not be unmounted: {output.Trim()}");
    }
}
