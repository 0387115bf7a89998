using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Api.Tests.Support;

/// <summary>Keeps what a server logs.</summary>
internal sealed class KeptLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(string Category, LogLevel Level, string Text)> lines = new();

    /// <summary>Lines of the audit.</summary>
    public IReadOnlyList<string> Audit => [.. lines.Where(l => l.Category == "StreamGrains.Audit").Select(l => l.Text)];

    /// <summary>All lines.</summary>
    public IReadOnlyList<string> Lines => [.. lines.Select(l => l.Text)];

    /// <summary>Lines that tell of failures of the server itself.</summary>
    public IReadOnlyList<string> Errors => [.. lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Text)];

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Category(KeptLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.lines.Enqueue((name, logLevel, $"{formatter(state, exception)} {exception}".TrimEnd()));
    }
}
