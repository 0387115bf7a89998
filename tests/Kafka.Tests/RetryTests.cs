using Confluent.Kafka;
using StreamGrains.Engine;

namespace StreamGrains.Kafka.Tests;

/// <summary>Which answers of the cluster are asked for again.</summary>
public sealed class RetryTests
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
