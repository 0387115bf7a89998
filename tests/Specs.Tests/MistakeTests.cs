namespace StreamGrains.Specs.Tests;

public class MistakeTests
{
    [Fact]
    public void All_mistakes_come_at_once_with_their_places_and_the_nearest_right_names()
    {
        var mistakes = Compile.Bad("""
            job: bad name!
            gaurantee: exactly-once
            guarantee: exactly
            commit: { every: 10, recrods: 5 }
            sources:
              tx:
                topic: tx
                key: custmer_id
                fields: { customer_id: long, ts: timestamp_ms, amount: duoble, opt: double?, long: long }
                event_time: customer_id
            steps:
              - from: txx
              - filter: amuont > 0
              - fliter: a
              - derive: { a: b, x: opt + 'a', y: "x >  'a'", z: 'ts - 1w' }
              - rolling:
                  a: avg(opt) over 1d
                  b: sum(customer_id) ovr 1d
              - score: { model: m.onnx, features: [customer_id, opt, ts, nope] }
              - to: { topic: "bad topic", when: customer_id }
              - filter: >
                  customer_id > 0
                  and opt = null
            """);

        Assert.Equal(
        [
            "job.yaml:1:6: the job's name has a ' '; letters, digits, '.', '_' and '-' are possible: it begins the names of the job's topics",
            "job.yaml:2:1: unknown field 'gaurantee'; did you mean 'guarantee'?",
            "job.yaml:3:12: 'exactly' is not one of exactly-once, at-least-once; did you mean 'exactly-once'?",
            "job.yaml:4:18: '10' is not a duration such as 100ms, 30s, 5m, 1h or 7d",
            "job.yaml:4:22: unknown field 'recrods'; did you mean 'records'?",
            "job.yaml:8:10: unknown field 'custmer_id'; did you mean 'customer_id'?",
            "job.yaml:9:60: 'duoble' is not one of long, double, bool, string, timestamp_ms, timestamp_s, timestamp_iso; did you mean 'double'?",
            "job.yaml:10:17: 'customer_id' is a long; declare it as timestamp_ms, timestamp_s or timestamp_iso",
            "job.yaml:12:11: unknown source 'txx'; did you mean 'tx'?",
            "job.yaml:13:13: unknown column 'amuont'; did you mean 'amount'?",
            "job.yaml:14:5: unknown step 'fliter'; did you mean 'filter'?",
            "job.yaml:15:18: unknown column 'b'",
            "job.yaml:15:28: '+' does not go with double and string",
            "job.yaml:15:59: 'w' after a number is no unit; durations end in ms, s, m, h or d",
            "job.yaml:17:7: there is a column 'a' already",
            "job.yaml:17:14: avg takes values that cannot be null, and this one can; say what null counts as: avg(coalesce(opt, 0))",
            "job.yaml:18:27: expected 'over' and a duration, as in sum(...) over 7d; did you mean 'over'?",
            "job.yaml:19:53: a feature cannot be null, and 'opt' can; say what null counts as in a derive step: coalesce(opt, 0)",
            "job.yaml:19:58: a feature is a number or a bool; 'ts' is a timestamp, take hour(ts) or the like in a derive step",
            "job.yaml:19:62: unknown column 'nope'",
            "job.yaml:20:18: the topic's name has a ' '; letters, digits, '.', '_' and '-' are possible",
            "job.yaml:20:37: this is a long; a condition is a bool, such as amount > 0",
            "job.yaml:23:15: a comparison with null is never true; write 'is null' or 'is not null'",
        ], mistakes);
    }

    [Theory]
    [InlineData("", "job.yaml:1:1: the spec is empty; it starts with a line such as 'job: card-fraud'")]
    [InlineData("just words", "job.yaml:1:1: a spec is named values, starting with a line such as 'job: card-fraud'; this is a text")]
    [InlineData("[1, 2", "job.yaml:1:5: this is not YAML: While parsing a flow sequence, did not find expected ',' or ']'.")]
    [InlineData("a: 1\n---\nb: 2", "job.yaml:2:1: a spec is one document; a second one starts here")]
    [InlineData("a: *b", "job.yaml:1:4: no anchor '&b' before this alias")]
    public void A_text_that_is_no_spec_is_one_mistake(string text, string expected) => Assert.Equal([expected], Compile.Bad(text));

    [Fact]
    public void What_is_missing_is_said_once_at_what_it_is_missing_from()
    {
        Assert.Equal(
        [
            "job.yaml:1:1: 'job' is missing here",
            "job.yaml:2:3: 'topic' is missing here",
            "job.yaml:2:3: 'fields' is missing here",
            "job.yaml:6:5: 'model' is missing here",
            "job.yaml:6:5: 'features' is missing here",
            "job.yaml:7:5: 'topic' is missing here, or 'stream'",
        ],
        Compile.Bad("""
            sources:
              a: { format: json }
            job2: x
            steps:
              - from: a
              - score: { output: { score: default } }
              - to: { key: nothing_to_check_here }
            """).Where(m => m.Contains("missing", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nesting_and_aliases_are_bounded()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i =>
            $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Assert.Contains(Compile.Bad(bomb), m => m.Contains("too much", StringComparison.Ordinal));
        Assert.Contains(Compile.Bad(new string('[', 100_000)), m => m.Contains("too much", StringComparison.Ordinal));
        Assert.Contains(Compile.Bad("job: " + new string('x', 2_000_000)), m => m.Contains("characters", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\n\t\"job\": \"a\",\n\t\"sources\": { \"s\": { \"topic\": \"t\", \"fields\": { \"x\": \"double\" } } },\n\t\"steps\": [{ \"from\": \"s\" }, { \"to\": { \"topic\": \"o\", \"when\": \"y > 1\" } }]\n}", "job.yaml:4:62: unknown column 'y'")]
    [InlineData("\uFEFFjob: a\r\nsources: { s: { topic: t, fields: { x: double } } }\r\nsteps:\r\n  - from: s\r\n  - to: { topic: o, when: y > 1 }\r\n", "job.yaml:5:27: unknown column 'y'")]
    [InlineData("job: a\nsources: { s: { topic: t, fields: { x: double } } }\nsteps:\n  - from: s\n  - to:\n      topic: o\n      when: |\n        x > 1\n        and y > 1\n", "job.yaml:9:13: unknown column 'y'")]
    [InlineData("job: a\nsources: { s: { topic: t, fields: { x: double } } }\nsteps:\n  - from: s\n  - to:\n      topic: o\n      when: \"x > 1\n        and 'a\\\"' = y\"\n", "job.yaml:8:21: unknown column 'y'")]
    public void Json_byte_order_marks_and_texts_over_several_lines_have_the_right_places(string text, string expected) => Assert.Equal([expected], Compile.Bad(text));

    [Fact]
    public void An_alias_stands_for_its_anchor()
    {
        var plan = Compile.Good("""
            job: a
            sources: { s: { topic: t, fields: { x: double, y: double } } }
            steps:
              - from: s
              - to: { topic: out, fields: &f [x, y] }
              - to: { topic: out2, fields: *f }
            """);

        Assert.Equal(2, plan.Stages[0].Steps.Count);
    }

    [Theory]
    [InlineData("commit.every=1s", null)]
    [InlineData("steps[1].to.topic=other", null)]
    [InlineData("steps.to.topic=other", null)]
    [InlineData("slots=2", null)]
    [InlineData("dead_letters={ topic: dead }", null)]
    [InlineData("commit.evry=1s", "--set commit.evry=1s:1:8: unknown field 'evry'; did you mean 'every'?")]
    [InlineData("commit.every=1x", "--set commit.every=1x:1:14: '1x' is not a duration such as 100ms, 30s, 5m, 1h or 7d")]
    [InlineData("steps[7].to.topic=other", "--set steps[7].to.topic=other:1:6: the list ends at [1]")]
    [InlineData("steps.tow.topic=other", "--set steps.tow.topic=other:1:7: no item of the list has 'tow'; did you mean 'to'?")]
    [InlineData("job.name=x", "--set job.name=x:1:5: there is nothing called 'name' here: the spec has a text")]
    [InlineData("commit", "--set commit:1:1: an override reads path=value, such as commit.every=1s or steps[2].score.model=other.onnx")]
    [InlineData("slots=[", "--set slots=[:1:7: this is not YAML: While parsing a node, did not find expected node content.")]
    public void An_override_changes_the_spec_or_is_a_mistake_itself(string text, string? expected)
    {
        const string spec = "job: a\nsources: { s: { topic: t, fields: { x: double } } }\nsteps: [ { from: s }, { to: { topic: out } } ]";

        if (expected is null) Assert.NotEqual(SpecExplainer.Explain(Compile.Good(spec)), SpecExplainer.Explain(Compile.Good(spec, text)));
        else Assert.Equal([expected], Compile.Bad(spec, null, text));
    }
}
