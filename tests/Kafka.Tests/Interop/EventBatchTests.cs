using System.Text;
using System.Text.Json;
using StreamGrains.Interop.OrleansStreamsKafka;

namespace StreamGrains.Kafka.Tests.Interop;

public sealed class EventBatchTests
{
    [Theory]
    [InlineData("""{"$id":"2","$type":"A","list":{"$type":"List","$values":[1,{"$id":"3","x":null}]},"bytes":{"$type":"Byte[]","$value":"AA=="}}""", """{"list":[1,{"x":null}],"bytes":"AA=="}""")]
    [InlineData("""{"$id":"2","other":{"$id":"3","n":1},"again":{"$ref":"3"}}""", """{"other":{"n":1},"again":{"n":1}}""")]
    [InlineData("""{"$id":"2","self":{"$ref":"2"}}""", """{"self":null}""")]
    [InlineData("""{"$id":"2","gone":{"$ref":"7"}}""", """{"gone":null}""")]
    [InlineData("\"text\"", "\"text\"")]
    public void Types_and_references_are_taken_out(string written, string expected) =>
        Assert.Equal([expected], Read("{\"$id\":\"1\",\"Events\":{\"$values\":[" + written + "]}}"));

    [Theory]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("{\"Events\":{}}")]
    [InlineData("{\"Events\":\"x\"}")]
    [InlineData("{\"Events\":")]
    public void What_is_no_batch_is_refused(string written) => Assert.ThrowsAny<JsonException>(() => Read(written));

    private static IEnumerable<string> Read(string value) => EventBatch.Read(Encoding.UTF8.GetBytes(value)).Select(Encoding.UTF8.GetString);
}
