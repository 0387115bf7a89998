using System.CommandLine;
using System.CommandLine.Invocation;
using StreamGrains.Cli.Terminal;
using StreamGrains.Composition;

namespace StreamGrains.Cli;

/// <summary><c>--version</c>: of the program, and of the native libraries as they are loaded.</summary>
internal sealed class VersionLines : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parsed)
    {
        // First, because a library that does not load ends it here.
        Console.WriteLine($"streamgrains {LoadedVersions.StreamGrains}");
        var loaded = LoadedVersions.All();
        Console.WriteLine($"librdkafka {loaded.Librdkafka}");
        Console.WriteLine($"ONNX Runtime {loaded.OnnxRuntime}");
        return ExitCode.Ok;
    }
}
