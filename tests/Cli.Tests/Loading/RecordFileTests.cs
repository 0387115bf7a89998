using System.Text;
using StreamGrains.Cli.Loading;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Tests.Loading;

public sealed class RecordFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("rows.csv"), InlineData("rows.csv.gz")]
    public void A_csv_row_becomes_a_JSON_object_with_numbers_as_written(string name)
    {
        var path = scratch.Write(name, "id,amount,code,note\n1,12.340,007,plain\r\n2,1e-05,,\"a \"\"quoted\"\", née\nline\"\n");

        Assert.Equal(
            [
                ("1", """{"id":1,"amount":12.340,"code":"007","note":"plain"}""", 0),
                ("2", """{"id":2,"amount":1e-05,"code":null,"note":"a \"quoted\", née\nline"}""", 0),
            ],
            Read(path, "id", null));
    }

    [Fact]
    public void A_csv_row_has_the_time_of_its_field_and_no_key_without_a_key_field() =>
        Assert.Equal([(null, """{"t":"2018-04-01 00:00:31"}""", 1522540831000)], Read(scratch.Write("a.csv", "t\n2018-04-01 00:00:31\n"), null, "t"));

    [Theory]
    [InlineData("id\n", "idd", null, "a.csv:1: there is no field 'idd' for --key; did you mean 'id'?")]
    [InlineData("id,t\n1,now\n", null, "t", "a.csv:2: 'now' in 't' is not a time")]
    [InlineData("id,id\n1,2\n", null, null, "a.csv:1: the field 'id' is there twice")]
    [InlineData("id,t\n1,2\n1,2,3\n", null, null, "a.csv:3: ")]
    [InlineData("id,t\n1,\"2\n", null, null, "a.csv:2: ")]
    [InlineData("", null, null, "a.csv:1: the file is empty")]
    [InlineData("id;t\n1;2\n", null, null, "a.csv:1: one field, 'id;t': fields are separated by commas, and here it seems to be ';'")]
    [InlineData("id\tt\n1\t2\n", null, null, "here it seems to be a tab")]
    public void A_mistake_in_a_csv_file_is_told_with_its_line(string content, string? key, string? time, string expected)
    {
        var failure = Assert.Throws<CommandFailed>(() => Read(scratch.Write("a.csv", content), key, time));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_lines_pass_through_unchanged_whatever_they_hold()
    {
        var path = scratch.Write("a.jsonl.gz", "{\"id\" : 1.0}\r\n\n  not json\n{\"id\":2}");

        Assert.Equal([(null, "{\"id\" : 1.0}", 0), (null, "  not json", 0), (null, "{\"id\":2}", 0)], Read(path, null, null));
    }

    [Fact]
    public void JSON_lines_give_key_and_time_of_their_fields()
    {
        var path = scratch.Write("a.jsonl", "{\"n\":{\"id\":9},\"id\":12.50,\"t\":1522540831}\n{\"t\":\"2018-04-01T00:00:32Z\",\"id\":\"a\\u00e9\"}\n{\"id\":null,\"t\":1522540833000}\n");

        Assert.Equal([("12.50", 1522540831000), ("aé", 1522540832000), (null, 1522540833000)], Read(path, "id", "t").Select(r => (r.Key, r.Time)));
    }

    [Fact]
    public void JSON_lines_longer_than_any_buffer_come_whole()
    {
        var lines = Enumerable.Range(1, 40).Select(i => $$"""{"id":{{i}},"x":"{{new string('x', i * 20_000)}}"}""").ToList();

        Assert.Equal(lines, Read(scratch.Write("a.ndjson", string.Join('\n', lines)), "id", null).Select(r => r.Value));
    }

    [Theory]
    [InlineData("a.csv", "id\n1\n"), InlineData("a.csv.gz", "id\n1\n"), InlineData("a.jsonl", "{\"id\":1}\n"), InlineData("a.jsonl.gz", "{\"id\":1}\n"), InlineData("a.ndjson", "{\"id\":1}")]
    public void A_byte_order_mark_is_no_part_of_a_file_of_any_kind(string name, string content) =>
        Assert.Equal([("1", """{"id":1}""", 0)], Read(scratch.Write(name, "\uFEFF" + content), "id", null));

    [Theory, InlineData("a.csv", false), InlineData("a.jsonl", true)]
    public void A_file_in_UTF_16_is_refused_with_what_to_do(string name, bool bigEndian)
    {
        var path = Path.Combine(scratch.Root, name);
        File.WriteAllText(path, "id\n1\n", bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode);

        Assert.Equal($"{path}:1: the file is UTF-16; write it as UTF-8 (iconv -f UTF-16 -t UTF-8)", Assert.Throws<CommandFailed>(() => Read(path, null, null)).Message);
    }

    [Fact]
    public void A_file_of_an_unknown_kind_is_refused() =>
        Assert.Contains("neither in .csv nor in .jsonl", Assert.Throws<CommandFailed>(() => Read(scratch.Write("a.txt", ""), null, null)).Message, StringComparison.Ordinal);

    private static List<(string? Key, string Value, long Time)> Read(string path, string? key, string? time)
    {
        using var file = RecordFile.Open(path, key, time);
        var records = new List<(string?, string, long)>();
        while (file.Read()) records.Add((file.HasKey ? Encoding.UTF8.GetString(file.Key) : null, Encoding.UTF8.GetString(file.Value), file.Time));
        return records;
    }
}
