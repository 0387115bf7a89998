using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Hosting.Supervision;

/// <summary>Writes what jobs say to the process' log, a category each: <c>StreamGrains.Jobs.card-fraud</c>. Any thread.</summary>
internal sealed partial class JobLogging(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> byJob = new(StringComparer.Ordinal);

    public void Told(string job, string line) => LogLine(byJob.GetOrAdd(job, j => loggers.CreateLogger($"StreamGrains.Jobs.{j}")), line);

    [LoggerMessage(1, LogLevel.Information, "{Line}")]
    private static partial void LogLine(ILogger logger, string line);
}
