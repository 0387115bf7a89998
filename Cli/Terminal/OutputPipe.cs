using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace StreamGrains.Cli.Terminal;

/// <summary>
/// The standard output where it is redirected. .NET swallows what is written to a pipe that nobody reads any more, so that a command would go on for ever: here that is a stop that was asked for, as
/// soon as something has been written, also while nothing more is. What has not written yet does its work first. Owner: the process.
/// </summary>
internal static partial class OutputPipe
{
    private const int BrokenPipe = 32;
    private const short Error = 8, HangUp = 16;

    private static volatile bool closed;
    private static int watched;

    /// <summary>Nobody reads the output any more.</summary>
    public static bool Closed => closed;

    /// <summary>Has the console write through this; call it before anything is written.</summary>
    public static void Watch()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows()) return;
        Console.SetOut(new StreamWriter(new Output(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
    }

    /// <summary>What the process returns: that the output was closed, where nothing else went wrong.</summary>
    public static int CodeOf(int code) => closed && (code is ExitCode.Ok or ExitCode.Stopped) ? ExitCode.ClosedPipe : code;

    private static void Close()
    {
        if (closed) return;
        closed = true;
        StopSignal.Ask();
    }

    /// <summary>Waits for the reader's end, on a thread of its own.</summary>
    private static void Wait()
    {
        var descriptor = new PollDescriptor { File = 1 };
        while (Poll(ref descriptor, 1, -1) < 0) { }
        if ((descriptor.Happened & (Error | HangUp)) != 0) Close();
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptor, nuint count, int timeoutMs);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int File;
        public short Asked;
        public short Happened;
    }

    private sealed class Output : Stream
    {
        private readonly FileStream inner = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (closed) return;
            try
            {
                inner.Write(buffer);
            }
            catch (IOException failure) when (failure.HResult == BrokenPipe)
            {
                Close();
            }
            if (Interlocked.Exchange(ref watched, 1) == 0) new Thread(Wait) { Name = "output", IsBackground = true }.Start();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
