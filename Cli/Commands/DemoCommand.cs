using System.CommandLine;
using StreamGrains.Cli.Demo;
using StreamGrains.Cli.Terminal;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Commands;

/// <summary><c>demo</c>: the fraud job with everything that it needs, in one process.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var events = new Option<long?>("--events") { Description = "End after this many payments, with a summary [default: on and on]", HelpName = "N" };
        var data = new Option<string>("--data") { Description = "Replay a file with the columns of the sample's transactions [default: a made-up world]", HelpName = "FILE.csv[.gz]" };
        var rate = new Option<double?>("--rate") { Description = "Payments per second once the history is filled in [default: 2,000; of a file, as fast as it goes]", HelpName = "R" };
        var bootstrap = Shared.Bootstrap(required: false);
        bootstrap.Description = "A real broker, with topics that the demo makes and removes [default: one in this process]";
        var kafka = Shared.Kafka();
        events.Validators.Add(r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<long?>() is < 1) r.AddError("--events is at least 1"); });
        rate.Validators.Add(r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<double?>() is not > 0) r.AddError("--rate is more than 0 payments per second"); });
        var command = new Command("demo", "Shows the card-fraud job at work: broker, payments, scoring and a live page in one process") { events, data, rate, bootstrap, kafka.Setting, kafka.File };
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var broker = parsed.GetValue(bootstrap) is null ? new EmbeddedBroker() : null;
            using var admin = kafka.Connect(parsed, parsed.GetValue(bootstrap) ?? broker!.Bootstrap);
            try
            {
                return new DemoRun(admin, new DemoOptions(parsed.GetValue(events), parsed.GetValue(data), parsed.GetValue(rate)), stop.Token).Run();
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Ok;
            }
        });
        return command;
    }
}
