using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using StreamGrains.Cli.Commands;
using StreamGrains.Cli.Terminal;
using StreamGrains.Engine;

namespace StreamGrains.Cli;

/// <summary>All commands, and what is said about a command line that fits none of them.</summary>
internal static class CommandTree
{
    public static int Invoke(IReadOnlyList<string> arguments)
    {
        var root = Create();
        var parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        // Help is an answer to a mistaken command line, too.
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction or null)
        {
            if (arguments.Count == 0) return root.Parse(["--help"]).Invoke();
            foreach (var mistake in Mistakes(parsed)) Report.Notice(mistake);
            Console.Error.WriteLine($"Try `{Path(parsed.CommandResult.Command)} --help`.");
            return ExitCode.Usage;
        }
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    internal static RootCommand Create()
    {
        var root = new RootCommand("A stream processor for .NET: Kafka in, event-time state, ONNX scoring in process, Kafka out exactly once.")
        {
            DemoCommand.Create(), RunCommand.Create(), ValidateCommand.Create(), ExplainCommand.Create(), TopicsCommand.Create(), ResetCommand.Create(), ProduceCommand.Create(),
            ServeCommand.Create(), SubmitCommand.Create(), JobsCommand.Create(), StatusCommand.Create(), LogsCommand.Create(), QueryCommand.Create(),
            ChangeCommand.Stop(), ChangeCommand.Start(), ChangeCommand.Restart(), ChangeCommand.Scale(), SavepointCommand.Take(), SavepointCommand.List(), SavepointCommand.Remove(),
            SpecCommand.Print(), SpecCommand.List(), ModelsCommand.List(), ModelsCommand.Remove(), ChangeCommand.Remove(),
        };
        foreach (var version in root.Options.OfType<VersionOption>()) version.Action = new VersionLines();
        foreach (var help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static IEnumerable<string> Mistakes(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens.Where(t => t.StartsWith('-')).ToList();
        // An unknown option leaves its value without a place, and what it was meant to be missing: those follow from it.
        if (unknown.Count > 0) return unknown.Select(t => Unknown("option", t.Split('=')[0], Options(command).Select(o => o.Name)));
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count > 0)
            return [Unknown("command", parsed.UnmatchedTokens[0], command.Subcommands.Select(c => c.Name))];
        if (parsed.UnmatchedTokens.Count > 0) return parsed.UnmatchedTokens.Select(t => $"'{t}' is one argument too many");
        return parsed.Errors.Select(e => e.Message).Distinct();
    }

    private static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(Options).Where(o => o.Recursive || command is RootCommand)).Where(o => !o.Hidden);

    private static string Unknown(string kind, string written, IEnumerable<string> known) =>
        NearestName.Of(written, known) is { } near ? $"there is no {kind} '{written}'; did you mean '{near}'?" : $"there is no {kind} '{written}'";

    private static string Path(Command command) => command is RootCommand ? "streamgrains" : $"streamgrains {command.Name}";
}
