namespace StreamGrains.Specs.Tests;

public class FingerprintTests
{
    private const string Steps = """
          - filter: amount > 0
          - derive: { x: amount * 2 }
          - rolling: { n: avg(x) over 1d }
          - key: name
          - rolling: { m: max(x) over 1d }
          - derive: { y: m + n }
          - score: { model: a.onnx, features: [y], output: { s: default } }
          - to: { topic: out, when: s > 0.5, fields: [id, y, s] }
        """;

    [Theory]
    [InlineData("topic: out", "topic: other")]
    [InlineData("s > 0.5", "s > 0.9")]
    [InlineData("a.onnx", "b.onnx")]
    [InlineData("fields: [id, y, s]", "fields: [y, id]")]
    [InlineData("y: m + n", "y: m - n")]
    [InlineData("amount > 0", "( amount>0 )")]
    [InlineData("job: test", "commit: { every: 1s }\nslots: 3\njob: test")]
    [InlineData("    event_time: ts", "    event_time: ts\n    watermark: { idle_after: 5s }")]
    public void What_state_does_not_depend_on_keeps_the_fingerprint(string from, string to) => Assert.Equal(Of(Spec), Of(Replaced(from, to)));

    [Theory]
    [InlineData("amount > 0", "amount > 1")]
    [InlineData("x: amount * 2", "x: amount * 3")]
    [InlineData("avg(x) over 1d", "avg(x) over 2d")]
    [InlineData("avg(x) over 1d", "avg(x) over 1d delayed 1d")]
    [InlineData("max(x)", "min(x)")]
    [InlineData("key: name", "key: count")]
    [InlineData("amount: double", "amount: { type: double, name: value }")]
    [InlineData("ts: timestamp_ms", "ts: timestamp_s")]
    [InlineData("topic: events", "topic: events2")]
    [InlineData("    event_time: ts\n", "")]
    [InlineData("    event_time: ts", "    event_time: ts\n    watermark: { delay: 5s }")]
    [InlineData("fields: [id, y, s]", "fields: [id, y, s, flag]")]
    public void What_state_or_internal_topics_depend_on_changes_it(string from, string to) => Assert.NotEqual(Of(Spec), Of(Replaced(from, to)));

    [Fact]
    public void A_fingerprint_is_the_same_on_every_machine_and_in_every_version() =>
        Assert.Equal("868108da1581406a3d55abf988657b52", Of(Spec).ToString("x32", null));

    private static string Spec => Compile.Source + Steps;

    private static string Replaced(string from, string to)
    {
        Assert.Contains(from, Spec, StringComparison.Ordinal);
        return Spec.Replace(from, to, StringComparison.Ordinal);
    }

    private static UInt128 Of(string spec) => Compile.Good(spec).Fingerprint;
}
