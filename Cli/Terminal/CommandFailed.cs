namespace StreamGrains.Cli.Terminal;

/// <summary>A command cannot go on: the message is for the person who gave it.</summary>
internal sealed class CommandFailed(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="Terminal.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
