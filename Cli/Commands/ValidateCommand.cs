using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Onnx;

namespace StreamGrains.Cli.Commands;

/// <summary><c>validate</c>: says what is wrong with a spec, all of it, without Kafka.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var set = Shared.Set();
        var command = new Command("validate", "Checks a job spec and its models; prints every mistake with its line") { job, set };
        command.SetAction(parsed =>
        {
            using var models = new OnnxModelCatalog();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models);
            Console.WriteLine($"{parsed.GetValue(job)}: job '{plan.Name}' is right: {Figure.Of(plan.Stages.Count, "stage")}, {Figure.Of(plan.Stages.Sum(s => s.Steps.Count), "step")}");
            if (plan.Outboxes.Count > 0) Console.WriteLine("it writes to Orleans streams, so it runs on silos only");
            return ExitCode.Ok;
        });
        return command;
    }
}
