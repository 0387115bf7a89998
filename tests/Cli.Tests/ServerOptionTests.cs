using System.Diagnostics;

namespace StreamGrains.Cli.Tests;

/// <summary>Commands of a server where there is none, or no right word about it.</summary>
public sealed class ServerOptionTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("jobs")]
    [InlineData("status x")]
    [InlineData("stop x")]
    [InlineData("logs x")]
    [InlineData("query x --key 1")]
    [InlineData("savepoint x")]
    [InlineData("savepoints x")]
    [InlineData("savepoint x --keep 2")]
    [InlineData("remove-savepoint x y")]
    [InlineData("spec x --diff")]
    [InlineData("revisions x")]
    [InlineData("models")]
    [InlineData("remove-model y")]
    [InlineData("stop x --savepoint")]
    [InlineData("restart x")]
    [InlineData("restart x --from latest")]
    [InlineData("scale x 2")]
    public void A_server_that_does_not_answer_is_named(string command)
    {
        var result = Tool.Run([.. command.Split(' '), "--server", "http://127.0.0.1:9"]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("the server at http://127.0.0.1:9 does not answer", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Of_several_servers_the_first_that_answers_is_asked()
    {
        using var server = new CannedServer(200, "[]");

        var reads = Tool.Run("jobs", "--output", "json", "--server", $"http://127.0.0.1:9,{server.Address}").Well();
        var changes = Tool.Run("remove", "x", "--server", $"http://127.0.0.1:9/,{server.Address}/base");
        var none = Tool.Run("jobs", "--server", "http://127.0.0.1:9,http://127.0.0.1:10");

        Assert.Equal("[]\n", reads.Output);
        Assert.Contains("answers with something else than was asked for", changes.Errors, StringComparison.Ordinal);
        Assert.Equal(4, none.ExitCode);
        Assert.Contains("the server at http://127.0.0.1:9 does not answer: nor does any other (http://127.0.0.1:9: ", none.Errors, StringComparison.Ordinal);
        Assert.Contains("; http://127.0.0.1:10: ", none.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jobs --server http://127.0.0.1:9,streams", "and 'streams' is none")]
    [InlineData("jobs --server http://127.0.0.1:9,", "and '' is none")]
    [InlineData("jobs --server streams", "--server is an address such as http://127.0.0.1:8080")]
    [InlineData("jobs --output yaml", "yaml")]
    [InlineData("logs x --most 0", "--most is from 1 to 1000")]
    [InlineData("logs x --most 5 --follow", "--most does not go with --follow")]
    [InlineData("jobs --api-key-file nowhere.txt", "there is no file 'nowhere.txt'")]
    [InlineData("statsu x", "did you mean 'status'?")]
    [InlineData("query x", "Option '--key' is required")]
    [InlineData("query x --kye 1", "did you mean '--key'?")]
    [InlineData("scale x 0", "SLOTS is a number from 1 to 1024")]
    [InlineData("scale x many", "SLOTS is a number from 1 to 1024")]
    [InlineData("spec x --from 1", "--from goes with --diff")]
    [InlineData("savepoint x --keep 0", "--keep is at least 1")]
    [InlineData("remove-savepoint x", "either SAVEPOINT says which savepoint goes, or --keep")]
    [InlineData("remove-savepoint x y --keep 1", "either SAVEPOINT says which savepoint goes, or --keep")]
    [InlineData("scale x", "Required argument missing for command: 'scale'")]
    [InlineData("restart x --form latest", "did you mean '--from'?")]
    public void A_mistaken_command_line_is_told(string arguments, string expected)
    {
        var result = Tool.Run(arguments.Split(' '));

        Assert.Equal(64, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_key_is_refused()
    {
        var result = Tool.Run("jobs", "--api-key-file", scratch.Write("key.txt", "two\nlines"));

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("a key is one line", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_keys_nothing_is_served_beyond_this_machine()
    {
        var result = Tool.Run("serve", "--bootstrap", "127.0.0.1:1", "--url", "http://0.0.0.0:0", "--data-dir", scratch.Root);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no API key is configured", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("streamgrains sav", "savepoint\nsavepoints\nremove-savepoint\n")]
    [InlineData("streamgrains restart x --server http://127.0.0.1:9 --from l", "latest\n")]
    [InlineData("streamgrains scale x --server http://127.0.0.1:9 --out", "--output\n")]
    public void What_is_there_without_a_server_completes(string line, string expected) => Assert.Equal(expected, Suggested(line));

    [Fact]
    public void A_server_that_never_answers_does_not_hold_a_shell_up()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var start = Stopwatch.GetTimestamp();

        Suggested($"streamgrains status --server http://{silent.LocalEndpoint} x");

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
    }

    [Fact]
    public void A_key_whose_slot_moves_is_told_to_be_asked_for_again()
    {
        using var server = new CannedServer(503, """{"detail":"try again","outcome":"moving"}""");

        var result = Tool.Run("query", "fraud", "--key", "42", "--server", server.Address);

        Assert.Equal((4, ""), (result.ExitCode, result.Output));
        Assert.Contains("a slot of job 'fraud' that may hold key '42' starts, restarts or moves", result.Errors, StringComparison.Ordinal);
        Assert.Contains("ask again in a few seconds", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_not_be_all_of_a_key_is_printed_and_said_to_be_so()
    {
        using var server = new CannedServer(200, """{"outcome":"found","states":[{"step":"s","stage":0,"partition":1,"values":{"n":null,"sum":0.5},"windows":[]}],"partial":true}""");

        var result = Tool.Run("query", "fraud", "--key", "42", "--server", server.Address).Well();

        Assert.Matches(@"\ns +0 +1 +- +- +n +-\ns +0 +1 +- +- +sum +0\.5\n", result.Output);
        Assert.Contains("there may be more", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_whose_savepoint_is_refused_is_none()
    {
        using var server = new CannedServer(409, """{"detail":"there is no room"}""");

        var result = Tool.Run("stop", "fraud", "--savepoint", "--server", server.Address);

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("there is no room", result.Errors, StringComparison.Ordinal);
    }

    private static string Suggested(string line) => Tool.Run($"[suggest:{line.Length}]", line).Well().Output;

    [Fact]
    public void Commands_complete_also_while_no_server_answers() =>
        Assert.Contains("status\n", Tool.Run("[suggest:16]", "streamgrains sta").Output, StringComparison.Ordinal);
}
