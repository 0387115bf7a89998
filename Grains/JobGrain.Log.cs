using Microsoft.Extensions.Logging;

namespace StreamGrains.Grains;

internal sealed partial class JobGrain
{
    [LoggerMessage(1, LogLevel.Information, "{Line}")]
    private partial void LogBeginning(string line);

    [LoggerMessage(2, LogLevel.Warning, "job '{Job}' cannot begin its generation, and tries again: {Reason}")]
    private partial void LogCannotBegin(string job, string reason);

    [LoggerMessage(3, LogLevel.Warning, "another job did not say what it writes: {Reason}")]
    private partial void LogNoAnswer(string reason);

    [LoggerMessage(4, LogLevel.Information, "job '{Job}' runs: revision {Revision}, {Slots} slots")]
    private partial void LogRuns(string job, int revision, int slots);

    [LoggerMessage(5, LogLevel.Information, "job '{Job}' is stopped")]
    private partial void LogStopped(string job);

    [LoggerMessage(6, LogLevel.Information, "savepoint {Savepoint} of job '{Job}' is taken")]
    private partial void LogSavepoint(string job, string savepoint);

    [LoggerMessage(7, LogLevel.Information, "job '{Job}' is off the list")]
    private partial void LogRemoved(string job);
}
