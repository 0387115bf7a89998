using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Onnx;
using StreamGrains.Specs;

namespace StreamGrains.Cli.Commands;

/// <summary><c>explain</c>: what a job will do, in words.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var set = Shared.Set();
        var bootstrap = Shared.Bootstrap(required: false);
        var kafka = Shared.Kafka();
        var command = new Command("explain", "Says in words what a job does: stages, topics, state per key, inputs and outputs of models") { job, set, bootstrap, kafka.Setting, kafka.File };
        command.SetAction(parsed =>
        {
            using var models = new OnnxModelCatalog();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models);
            Dictionary<string, int>? partitions = null;
            if (parsed.GetValue(bootstrap) is { } address)
            {
                using var stop = new StopSignal();
                using var admin = kafka.Connect(parsed, address);
                var there = admin.Topics(JobTopics.Patience, Report.Notice, stop.Token);
                plan = plan.AtGeneration(plan.LatestGeneration(there.Keys));
                // What is not there yet is counted as it would be made.
                partitions = there.ContainsKey(plan.Stages[0].Input.Topic) ? JobTopics.Of(plan, there).Made.ToDictionary(t => t.Name, t => t.Partitions) : [];
                foreach (var (topic, count) in there) partitions[topic] = count;
            }
            Console.Write(SpecExplainer.Explain(plan, models, partitions));
            return ExitCode.Ok;
        });
        return command;
    }
}
