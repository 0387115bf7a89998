using Microsoft.Extensions.Logging;

namespace StreamGrains.Grains;

internal sealed partial class SlotKeeper
{
    [LoggerMessage(1, LogLevel.Information, "slot {Slot} of job '{Job}' runs on {Silo}")]
    private partial void LogPlaced(string job, int slot, SiloAddress silo);

    [LoggerMessage(2, LogLevel.Information, "slot {Slot} of job '{Job}' moves from {From} to {To}")]
    private partial void LogMoving(string job, int slot, SiloAddress from, SiloAddress to);

    [LoggerMessage(3, LogLevel.Warning, "a slot of job '{Job}' did not answer: {Reason}")]
    private partial void LogNoAnswer(string job, string reason);

    [LoggerMessage(4, LogLevel.Warning, "slot {Slot} of job '{Job}' cannot run on {Silo}: {Reason}")]
    private partial void LogCannotRun(string job, int slot, SiloAddress silo, string reason);
}
