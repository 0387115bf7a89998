using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace StreamGrains.Server;

/// <summary>How a server writes its log: lines for people, or an object a line for programs, with the time in UTC.</summary>
public static class ServerLog
{
    /// <summary>The setting that chooses: <c>text</c>, the default, or <c>json</c>.</summary>
    public const string FormatSetting = "StreamGrains:Log:Format";

    /// <summary>The values of the setting.</summary>
    public static readonly string[] Formats = ["text", "json"];

    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Writes the log to the console as the setting says. Throws <see cref="InvalidOperationException"/> for a format that there is not.</summary>
    /// <param name="logging">The server's logging.</param>
    /// <param name="configuration">Its settings.</param>
    /// <param name="toErrors">To the error output, because results are on the other.</param>
    public static void AddServerLog(this ILoggingBuilder logging, IConfiguration configuration, bool toErrors = false)
    {
        var format = configuration[FormatSetting] is { Length: > 0 } set ? set : Formats[0];
        if (format == "json") logging.AddJsonConsole(AsObjects);
        else if (format == "text") logging.AddSimpleConsole(o => AsLines(o, toErrors));
        else throw new InvalidOperationException($"{FormatSetting} is {string.Join(" or ", Formats)}, and not '{format}'");
        if (toErrors) logging.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static void AsObjects(JsonConsoleFormatterOptions options) =>
        (options.UseUtcTimestamp, options.TimestampFormat, options.JsonWriterOptions) = (true, Time, new JsonWriterOptions { Indented = false });

    private static void AsLines(SimpleConsoleFormatterOptions options, bool toErrors)
    {
        (options.SingleLine, options.UseUtcTimestamp, options.TimestampFormat) = (true, true, $"{Time} ");
        // By itself it looks only at the standard output.
        if (toErrors && Console.IsErrorRedirected) options.ColorBehavior = LoggerColorBehavior.Disabled;
    }
}
