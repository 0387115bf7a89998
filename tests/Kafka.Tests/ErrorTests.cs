using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka.Tests;

/// <summary>What the answers of the cluster mean: which are asked for again, and which leave doubt.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData(ErrorCode.Local_UnknownPartition)]
    [InlineData(ErrorCode.UnknownTopicOrPart)]
    [InlineData(ErrorCode.LeaderNotAvailable)]
    public void A_broker_that_has_not_heard_of_a_partition_is_asked_again(ErrorCode code)
    {
        var asked = 0;

        var answer = KafkaRetry.Ask("asking", () => ++asked < 3 ? throw new KafkaException(new Error(code)) : 42);

        Assert.Equal((42, 3), (answer, asked));
    }

    [Theory]
    [InlineData(1, CommitVerdict.Fenced)]
    [InlineData(10, CommitVerdict.Unknown)]
    public void Fenced_is_open_to_doubt_once_the_transaction_may_have_timed_out(int seconds, CommitVerdict expected)
    {
        var outcome = KafkaErrors.Classify(new KafkaException(new Error(ErrorCode.Local_Fenced)));

        Assert.Equal(expected, KafkaErrors.Doubt(outcome, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(10)).Verdict);
    }

    [Theory]
    [InlineData("FAIL", "127.0.0.1:9092/1: Disconnected (after 4302ms in state UP)", true)]
    [InlineData("FAIL", "127.0.0.1:9092/1: Disconnected (after 2ms in state AUTH_REQ)", true)]
    [InlineData("REQTMOUT", "127.0.0.1:9092/1: Timed out 1 in-flight, 0 retry-queued, 0 out-queue, 0 partially-sent requests", true)]
    [InlineData("FAIL", "127.0.0.1:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)", false)]
    public void A_connection_that_was_in_use_is_told_from_one_that_never_was(string facility, string message, bool lost) =>
        Assert.Equal(lost, KafkaErrors.TellsOfLostRequest(new LogMessage("producer-1", SyslogLevel.Warning, facility, message)));

    [Fact]
    public void A_commit_that_landed_late_has_landed() =>
        Assert.Equal(CommitOutcome.Landed, KafkaErrors.Doubt(CommitOutcome.Landed, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)));

    [Fact]
    public void What_time_does_not_heal_fails_at_once()
    {
        var asked = 0;

        var failure = Assert.Throws<JobFailed>(() => KafkaRetry.Ask<int>("asking for offsets", () =>
        {
            asked++;
            throw new KafkaException(new Error(ErrorCode.TopicAuthorizationFailed));
        }));

        Assert.Equal(1, asked);
        Assert.StartsWith("asking for offsets: ", failure.Message, StringComparison.Ordinal);
    }
}
