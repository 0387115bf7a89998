using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;

namespace StreamGrains.Cli;

internal static class Program
{
    public static int Main(string[] arguments)
    {
        OutputPipe.Watch();
        return OutputPipe.CodeOf(Run(arguments));
    }

    /// <summary>The one place where failures become messages and exit codes.</summary>
    private static int Run(string[] arguments)
    {
        try
        {
            return CommandTree.Invoke(arguments);
        }
        catch (CommandFailed failure)
        {
            return Report.Failure(failure.Message, failure.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Report.Failure("stopped", ExitCode.Stopped);
        }
        catch (StreamGrainsException refusal)
        {
            return Refusals.Report(refusal);
        }
        catch (ClusterUnreachable failure)
        {
            return Report.Failure(failure.Message, ExitCode.Unreachable);
        }
        catch (PartitionFenced failure)
        {
            return Report.Failure($"{failure.Message}: another process runs this job now", ExitCode.Fenced);
        }
        catch (Exception failure)
        {
            if (Environment.GetEnvironmentVariable("STREAMGRAINS_STACK") is { Length: > 0 }) Console.Error.WriteLine(failure);
            var expected = failure is JobFailed or ModelRefused or IOException or UnauthorizedAccessException;
            return Report.Failure(expected ? failure.Message : $"{failure.GetType().Name}: {failure.Message}. This is a bug; STREAMGRAINS_STACK=1 shows where", ExitCode.Failure);
        }
    }
}
