using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StreamGrains.Storage;

/// <summary>Makes a directory's entries durable. .NET opens no directories, so this asks the system; where there is no such call, renames are durable by themselves.</summary>
internal static partial class DirectoryFlush
{
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(directory, 0);
        if (descriptor < 0) throw new IOException($"cannot open directory '{directory}' to flush it (errno {Marshal.GetLastPInvokeError()})");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // Some file systems have nothing to flush for a directory and answer EINVAL.
        const int EInval = 22;
        if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != EInval)
            throw new IOException($"cannot flush directory '{directory}' (errno {Marshal.GetLastPInvokeError()})");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);
}
