using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Terminal;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Cli.Commands;

/// <summary><c>topics</c>: which topics a job needs, which of them are there, and makes the missing.</summary>
internal static class TopicsCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var bootstrap = Shared.Bootstrap();
        var set = Shared.Set();
        var kafka = Shared.Kafka();
        var storage = Shared.Storage();
        var create = new Option<bool>("--create") { Description = "Create what is missing" };
        var command = new Command("topics", "Lists the topics that a job needs, and creates the missing ones") { job, bootstrap, create, storage, set, kafka.Setting, kafka.File };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            var plan = JobFile.Compile(parsed.GetValue(job)!, parsed.GetValue(set), models: null);
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap)!);
            var there = admin.Topics(JobTopics.Patience, Report.Notice, stop.Token);
            plan = plan.AtGeneration(plan.LatestGeneration(there.Keys));
            var topics = JobTopics.Of(plan, there, DataDirectory.SnapshotsAt(parsed.GetValue(storage), DataDirectory.Default));
            var missing = topics.Made.Where(t => !there.ContainsKey(t.Name)).ToList();
            if (parsed.GetValue(create)) admin.Create(missing);
            Line(topics.Source, topics.SourcePartitions, "source", "is there");
            foreach (var topic in topics.Made) Line(topic.Name, there.GetValueOrDefault(topic.Name, topic.Partitions), Role(topics, topic), State(topic));
            return missing.Count == 0 || parsed.GetValue(create) ? ExitCode.Ok : Report.Failure($"{Figure.Of(missing.Count, "topic")} missing: --create makes them", ExitCode.Failure);

            string State(TopicNeed topic) => there.ContainsKey(topic.Name) ? "is there" : parsed.GetValue(create) ? "created" : "missing";
        });
        return command;
    }

    private static string Role(JobTopics topics, TopicNeed topic) => topics.Internal.Contains(topic) ? "internal, kept until the job cuts it" : "output";

    private static void Line(string name, int partitions, string role, string state) => Console.WriteLine($"{state,-9} {name,-40} {Figure.Of(partitions, "partition"),-14} {role}");
}
