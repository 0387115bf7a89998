using System.Diagnostics;
using System.Runtime.InteropServices;

namespace StreamGrains.Chaos.Workers;

/// <summary>Signals to processes that this one has started.</summary>
internal static partial class Signals
{
    public const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    /// <summary>Sends a signal; to a process that has ended, nothing.</summary>
    public static void Send(this Process process, int signal)
    {
        if (process.HasExited) return;
        if (SendSignal(process.Id, signal) != 0 && !process.HasExited) throw new InvalidOperationException($"signal {signal} to process {process.Id}: error {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
