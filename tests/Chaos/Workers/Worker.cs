using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace StreamGrains.Chaos.Workers;

/// <summary>One process of the built command. Its output goes to a log file; the error output is kept for those who look for a message. Any thread.</summary>
internal sealed class Worker : IDisposable
{
    private const int KeptLines = 400;
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly ConcurrentQueue<string> messages = new();
    private int closed;

    public Worker(int number, IReadOnlyList<string> arguments, string logDirectory)
    {
        Number = number;
        log = new StreamWriter(Path.Combine(logDirectory, $"worker-{number:000}.log")) { AutoFlush = true };
        var start = new ProcessStartInfo(Repository.Command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            Write(line.Data);
            Figures = line.Data ?? Figures;
        };
        process.ErrorDataReceived += (sender, line) =>
        {
            Write(line.Data);
            if (line.Data is null) return;
            messages.Enqueue(line.Data);
            if (messages.Count > KeptLines) messages.TryDequeue(out _);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Numbers go up with every start.</summary>
    public int Number { get; }

    /// <summary>Whether it stands still after a SIGSTOP.</summary>
    public bool Paused { get; private set; }

    public bool HasExited => process.HasExited;

    /// <summary>Exit code, above 128 for a signal; only after the end.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The last message, or what there is instead.</summary>
    public string LastMessage => messages.LastOrDefault() ?? "(no message)";

    /// <summary>The messages, oldest first; the oldest may be gone.</summary>
    public IReadOnlyList<string> Messages => [.. messages];

    /// <summary>The last line of figures.</summary>
    public string Figures { get; private set; } = "";

    /// <summary>Whether a message with these words came.</summary>
    public bool Said(string words) => messages.Any(m => m.Contains(words, StringComparison.Ordinal));

    /// <summary>SIGKILL, and waits until it is gone.</summary>
    public void Kill()
    {
        process.Send(Signals.Kill);
        process.WaitForExit();
    }

    public void Pause()
    {
        Paused = true;
        process.Send(Signals.Stop);
    }

    public void Resume()
    {
        Paused = false;
        process.Send(Signals.Continue);
    }

    /// <summary>SIGTERM: asks for a clean stop.</summary>
    public void Stop() => process.Send(Signals.Terminate);

    /// <summary>Waits for the end. False when it does not come within <paramref name="patience"/>.</summary>
    public bool WaitForEnd(TimeSpan patience)
    {
        if (!process.WaitForExit(patience)) return false;
        // Without a limit it also waits for the last lines of output.
        process.WaitForExit();
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref closed, 1) == 1) return;
        Kill();
        lock (log) log.Dispose();
        process.Dispose();
    }

    private void Write(string? line)
    {
        if (line is null) return;
        lock (log)
            if (log.BaseStream is { CanWrite: true }) log.WriteLine($"{DateTime.UtcNow.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {line}");
    }
}
