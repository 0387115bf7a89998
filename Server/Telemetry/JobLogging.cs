using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Server.Telemetry;

/// <summary>Writes what jobs say to the process' log, a category each: <c>StreamGrains.Jobs.card-fraud</c>. Any thread.</summary>
public sealed partial class JobLogging(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> byJob = new(StringComparer.Ordinal);

    public void Told(string job, JobLogLine line)
    {
        var logger = byJob.GetOrAdd(job, j => loggers.CreateLogger($"StreamGrains.Jobs.{j}"));
        LogLine(logger, line.Level == JobLogLevel.Warning ? LogLevel.Warning : LogLevel.Information, line.Text);
    }

    [LoggerMessage(EventId = 1, Message = "{Line}")]
    private static partial void LogLine(ILogger logger, LogLevel level, string line);
}
