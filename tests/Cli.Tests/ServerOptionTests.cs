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
    public void A_server_that_does_not_answer_is_named(string command)
    {
        var result = Tool.Run([.. command.Split(' '), "--server", "http://127.0.0.1:9"]);

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("the server at http://127.0.0.1:9 does not answer", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("jobs --server streams", "--server is an address such as http://127.0.0.1:8080")]
    [InlineData("jobs --output yaml", "yaml")]
    [InlineData("logs x --most 0", "--most is from 1 to 1000")]
    [InlineData("logs x --most 5 --follow", "--most does not go with --follow")]
    [InlineData("jobs --api-key-file nowhere.txt", "there is no file 'nowhere.txt'")]
    [InlineData("statsu x", "did you mean 'status'?")]
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

    [Fact]
    public void Commands_complete_also_while_no_server_answers() =>
        Assert.Contains("status\n", Tool.Run("[suggest:16]", "streamgrains sta").Output, StringComparison.Ordinal);
}
