using System.Diagnostics;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Tests;

public class CommandLineTests
{
    public static TheoryData<string> Commands() => new(CommandTree.Create().Subcommands.Select(c => c.Name));

    [Theory, MemberData(nameof(Commands))]
    public void The_help_of_every_command_has_examples_of_it_and_the_exit_codes(string command)
    {
        var help = Tool.Run(command, "--help").Well().Output;

        Assert.Contains($"  streamgrains {command} ", help + " ", StringComparison.Ordinal);
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("64  the command line has mistakes", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_general_help_names_every_command()
    {
        var help = Tool.Run("--help").Well().Output;

        Assert.All(CommandTree.Create().Subcommands, command => Assert.Contains($"  {command.Name} ", help, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_of_the_command_line_names_every_command_and_exit_code()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/cli.md"));

        Assert.All(CommandTree.Create().Subcommands, command => Assert.Matches($@"(?m)^\|[^|]*`{command.Name}[ `]", page));
        Assert.All(ExitCode.All, code => Assert.Contains($"\n| {code.Code} | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_told_with_those_of_the_native_libraries() =>
        Assert.Matches(@"^streamgrains \d+\.\d+\.\d+\S*\nlibrdkafka \d+\.\d+\.\d+\nONNX Runtime \d+\.\d+\.\d+\n$", Tool.Run("--version").Well().Output);

    [Theory]
    [InlineData("rnu job.yaml", "there is no command 'rnu'; did you mean 'run'?")]
    [InlineData("run job.yaml --bootstap localhost:9092", "there is no option '--bootstap'; did you mean '--bootstrap'?")]
    [InlineData("run job.yaml --until-ends --bootstrap x", "there is no option '--until-ends'; did you mean '--until-end'?")]
    [InlineData("produce a.csv --bootstrap x --topic t --kye id", "there is no option '--kye'; did you mean '--key'?")]
    [InlineData("validate a.yaml b.yaml", "'b.yaml' is one argument too many")]
    [InlineData("produce a.csv --bootstrap x --topic t --rate 0", "--rate is more than 0")]
    [InlineData("produce a.csv --bootstrap x --topic t --partitions 0", "--partitions is at least 1")]
    [InlineData("run job.yaml --bootstrap x --storage s3a://b", "--storage 's3a://b': there is no storage 's3a:'; did you mean 's3:'?")]
    [InlineData("reset job.yaml --bootstrap x --storage kafka:?max=64", "max is a size")]
    [InlineData("run job.yaml", "Option '--bootstrap' is required")]
    public void A_mistaken_command_line_is_told_the_nearest_right_one(string arguments, string expected)
    {
        var result = Tool.Run(arguments.Split(' '));

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void The_command_starts_within_half_a_second()
    {
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Tool.Run("validate", "--help").Well();
            return Stopwatch.GetElapsedTime(start);
        });

        Assert.InRange(best.TotalMilliseconds, 0, 500);
    }

    [Theory]
    [InlineData("sasl.pasword=x", "No such configuration property: \"sasl.pasword\"")]
    [InlineData("ssl.truststore.location=/x.jks", "which librdkafka does not read: make a PEM file of it")]
    [InlineData("group.id=mine", "'group.id' is set by the engine")]
    public void A_setting_of_Kafka_that_means_nothing_here_is_refused_wherever_it_stands(string line, string expected)
    {
        using var scratch = new Scratch();
        var (job, file) = (scratch.Write("job.yaml", "job: j\nsources: { s: { topic: t, fields: { id: long } } }\nsteps: [ { from: s }, { to: { topic: out } } ]\n"), scratch.Write("client.properties", line));
        var config = scratch.Write("serve.json", "{\"StreamGrains\":{\"Kafka\":{\"ConfigFile\":\"" + file + "\"}}}");

        foreach (var arguments in new string[][] { ["run", job, "--kafka-config", file], ["serve", "--config", config], ["topics", job, "--kafka-config", file] })
        {
            var refused = Tool.Run([.. arguments, "--bootstrap", "127.0.0.1:1"]);
            Assert.Equal(64, refused.ExitCode);
            Assert.Contains(expected, refused.Errors, StringComparison.Ordinal);
        }
    }
}
