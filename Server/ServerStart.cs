using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Server;

/// <summary>
/// The start of a server, for who waits for it: one that cannot start says why in words, and nothing else. Libraries log the same failure each in its turn, with a page of stack; until the server
/// has begun, those lines are left out, and after a failure all. <c>STREAMGRAINS_STACK=1</c> keeps them. Owner: the program.
/// </summary>
/// <param name="repeating">Beginnings of the names of loggers that repeat why the start failed.</param>
public sealed class ServerStart(params string[] repeating)
{
    private readonly string[] repeating = ["Microsoft.Extensions.Hosting.Internal.Host", .. repeating];
    private volatile Stage stage = ShowsStack ? Stage.Begun : Stage.Starting;

    private enum Stage
    {
        Starting,
        Begun,
        Failed,
    }

    /// <summary>Whether somebody wants to see where a failure came from.</summary>
    public static bool ShowsStack => Environment.GetEnvironmentVariable("STREAMGRAINS_STACK") is { Length: > 0 };

    /// <summary>Leaves out what repeats a failure, whatever levels are configured.</summary>
    public void Watch(ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(options =>
    {
        var rules = options.Rules.ToList();
        options.Rules.Clear();
        foreach (var rule in rules.Prepend(new LoggerFilterRule(null, null, options.MinLevel, null)))
            options.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) => Shows(category) && rule.Filter?.Invoke(provider, category, level) != false));
    });

    /// <summary>Starts the server. Throws what kept it from starting; who catches that says it and stops the server.</summary>
    public async Task Begin(WebApplication app, CancellationToken cancel = default)
    {
        try
        {
            await app.StartAsync(cancel);
            stage = Stage.Begun;
        }
        catch
        {
            if (!ShowsStack) stage = Stage.Failed;
            throw;
        }
    }

    private bool Shows(string? category) => stage switch
    {
        Stage.Starting => category is null || !repeating.Any(r => category.StartsWith(r, StringComparison.Ordinal)),
        _ => stage == Stage.Begun,
    };
}
