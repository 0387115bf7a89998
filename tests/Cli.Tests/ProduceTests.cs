namespace StreamGrains.Cli.Tests;

public sealed class ProduceTests(EmbeddedBrokerFixture broker) : IClassFixture<EmbeddedBrokerFixture>, IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_is_in_the_topic_with_keys_times_and_values()
    {
        var file = scratch.Write("a.csv.gz", "id,t,amount\n21,2018-04-01 00:00:31,1.50\n22,2018-04-01 00:00:32,2\n");

        var result = Produce("small", file, "--key", "id", "--time", "t").Well();

        Assert.StartsWith("2 records in topic 'small' in ", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            [("21", """{"id":21,"t":"2018-04-01 00:00:31","amount":1.50}""", 1522540831000), ("22", """{"id":22,"t":"2018-04-01 00:00:32","amount":2}""", 1522540832000)],
            broker.Read("small").OrderBy(r => r.Key).Select(r => (r.Key, r.Value, r.Time)));
    }

    [Fact]
    public void Keys_land_in_the_partitions_that_Java_clients_choose()
    {
        // From the hash that Kafka's own DefaultPartitioner uses (murmur2, seed 0x9747b28c), for four partitions.
        var file = scratch.Write("a.jsonl", "{\"k\":\"21\"}\n{\"k\":\"foobar\"}\n{\"k\":\"abc\"}\n");

        Produce("placed", file, "--key", "k").Well();

        Assert.Equal([("21", Murmur2(-973932308)), ("abc", Murmur2(479470107)), ("foobar", Murmur2(-790332482))], broker.Read("placed").OrderBy(r => r.Key).Select(r => (r.Key!, r.Partition)));

        static int Murmur2(int hash) => (hash & 0x7fffffff) % 4;
    }

    [Fact]
    public void A_rate_holds_the_load_back()
    {
        var file = scratch.Write("a.jsonl", string.Concat(Enumerable.Repeat("{}\n", 100)));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        Produce("slow", file, "--rate", "100").Well();

        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0.9, 60);
        Assert.Equal(100, broker.Read("slow").Count);
    }

    [Fact]
    public void A_broker_that_is_not_there_is_told_from_other_failures()
    {
        var result = Tool.Run("produce", scratch.Write("a.jsonl", "{}"), "--bootstrap", "127.0.0.1:1", "--topic", "t");

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("Kafka at 127.0.0.1:1 does not answer", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_Kafka_does_not_know_is_refused()
    {
        var result = Produce("t", scratch.Write("a.jsonl", "{}"), "--kafka", "no.such.key=1");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("no.such.key", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_before_a_mistake_in_the_file_is_in_the_topic_and_the_command_fails()
    {
        var result = Produce("half", scratch.Write("a.csv", "id,t\n1,5\n2,never\n3,6\n"), "--time", "t");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("a.csv:3: 'never' in 't' is not a time", result.Errors, StringComparison.Ordinal);
        Assert.Single(broker.Read("half"));
    }

    private Tool.Result Produce(string topic, string file, params string[] more) => Tool.Run(["produce", file, "--bootstrap", broker.Bootstrap, "--topic", topic, .. more]);
}
