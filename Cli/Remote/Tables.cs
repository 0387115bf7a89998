using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Remote;

/// <summary>Tables without lines around them, which people read and scripts cut.</summary>
internal static class Tables
{
    private const int PlainWidth = 1000;

    /// <summary>Columns; a name that begins with <c>&gt;</c> is one of figures, aligned to the right.</summary>
    public static Table WithColumns(params IEnumerable<string> names)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in names)
        {
            var column = new TableColumn($"[grey]{name.TrimStart('>').EscapeMarkup()}[/]") { NoWrap = name.StartsWith('>') }.PadLeft(0).PadRight(2);
            table.AddColumn(name.StartsWith('>') ? column.RightAligned() : column);
        }
        return table;
    }

    /// <summary>Prints; elsewhere than on a terminal without colours and line breaks of its own.</summary>
    public static void Print(IRenderable what)
    {
        if (!Console.IsOutputRedirected)
        {
            AnsiConsole.Write(what);
            return;
        }
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        plain.Profile.Width = PlainWidth;
        plain.Write(what);
        foreach (var line in text.ToString().TrimEnd().Split('\n')) Console.WriteLine(line.TrimEnd());
    }

    /// <summary>A moment, in UTC.</summary>
    public static string Time(DateTimeOffset? at) => at is { } time ? Figure.Time(time.ToUnixTimeMilliseconds()) : "-";

    /// <summary>A figure that may not be known.</summary>
    public static string Count(long? value) => value is { } known ? Figure.Count(known) : "-";
}
