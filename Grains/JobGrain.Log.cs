using Microsoft.Extensions.Logging;

namespace StreamGrains.Grains;

internal sealed partial class JobGrain
{
    [LoggerMessage(1, LogLevel.Warning, "another job did not say what it writes: {Reason}")]
    private partial void LogNoAnswer(string reason);

    [LoggerMessage(2, LogLevel.Warning, "the slots of job '{Job}' cannot be seen to, which is tried again: {Reason}")]
    private partial void LogNotSeenTo(string job, string reason);
}
