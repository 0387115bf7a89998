using StreamGrains.Engine.Steps.Sink;

namespace StreamGrains.Specs.Tests;

public class StepRuleTests
{
    [Theory]
    [InlineData("  - window: { tumbling: 1h, hopping: { size: 1h, every: 10m }, aggregates: { n: count() } }", "a window is either 'tumbling: 1h' or 'hopping: { size: 1h, every: 10m }'")]
    [InlineData("  - window: { aggregates: { n: count() } }", "a window is either 'tumbling: 1h' or 'hopping: { size: 1h, every: 10m }'")]
    [InlineData("  - window: { hopping: { size: 1h, every: 25m }, aggregates: { n: count() } }", "'size' is a multiple of 'every'; 1h is not one of 25m")]
    [InlineData("  - window: { hopping: { size: 365d, every: 1s }, aggregates: { n: count() } }", "each row would count in 31536000 windows; 1000 are the most")]
    [InlineData("  - window: { tumbling: 0s, aggregates: { n: count() } }", "'tumbling' is longer than 0")]
    [InlineData("  - window: { tumbling: 1h, aggregates: { n: count() over 1h } }", "'over' belongs to rolling steps; here the window's length decides")]
    [InlineData("  - window: { tumbling: 1h, aggregates: { id: count() } }", "there is a column 'id' already")]
    [InlineData("  - window: { tumbling: 1h, aggregates: { n: count() }, late: keep }", "expected drop or { topic: name }, found 'keep'")]
    [InlineData("  - window: { tumbling: 1h, aggregates: {} }", "a window has at least one aggregate")]
    [InlineData("  - rolling: { x: count(amount) over 1d }", "count() takes no argument: it counts rows")]
    [InlineData("  - rolling: { x: sum() over 1d }", "sum takes one argument, as in sum(amount)")]
    [InlineData("  - rolling: { x: mean(amount) over 1d }", "unknown aggregate 'mean'")]
    [InlineData("  - rolling: { x: cuont() over 1d }", "unknown aggregate 'cuont'; did you mean 'count'?")]
    [InlineData("  - rolling: { x: count() over 0d }", "'over' is longer than 0")]
    [InlineData("  - rolling: { x: count() over 7 }", "expected a duration such as 30s, 1h or 7d")]
    [InlineData("  - rolling: { x: count() over 7d delyed 1d }", "unexpected 'delyed'; did you mean 'delayed'?")]
    [InlineData("  - rolling: { x: sum(name) over 1d }", "sum takes a number or bool; this is a string")]
    [InlineData("  - rolling: { x: amount over 1d }", "expected an aggregate such as count() or avg(amount)")]
    [InlineData("  - rolling: {}", "'rolling' has at least one column")]
    [InlineData("  - sample: { share: 10 }", "a share is above 0% and at most 100%, such as 10% or 0.5%")]
    [InlineData("  - sample: { share: 0% }", "a share is above 0% and at most 100%, such as 10% or 0.5%")]
    [InlineData("  - sample: { share: 100.1% }", "a share is above 0% and at most 100%, such as 10% or 0.5%")]
    [InlineData("  - sample: { share: 10%, by: amount }", "a key is a long or a string; 'amount' is a double")]
    [InlineData("  - sample: { share: 10%, by: nme }", "unknown column 'nme'; did you mean 'name'?")]
    [InlineData("  - derive: { amount: 1 }", "there is a column 'amount' already")]
    [InlineData("  - derive: { 2x: 1 }", "'2x' cannot name a column: letters, digits and '_', not a digit first, at most 100")]
    [InlineData("  - derive: { and: 1 }", "'and' is a word of the expression language and cannot name a column")]
    [InlineData("  - derive: { x: count() }", "'count' is an aggregate: it belongs in a rolling or window step")]
    [InlineData("  - key: amount", "a key is a long or a string; 'amount' is a double")]
    [InlineData("  - key: other", "'other' can be null, and a key cannot; say what null counts as in a derive step: coalesce(other, '')")]
    [InlineData("  - key: id", "rows are already together by 'id'; take this step out")]
    [InlineData("  - key: nme", "unknown column 'nme'; did you mean 'name'?")]
    [InlineData("  - score: { model: m, features: [name] }", "a feature is a number or a bool; 'name' is a string")]
    [InlineData("  - score: { model: m, features: [] }", "'features' names at least one column")]
    [InlineData("  - score: { model: m, features: [amount], output: { amount: default } }", "there is a column 'amount' already")]
    [InlineData("  - { filter: flag, key: name }", "one step does one thing; begin each of filter, key with '- '")]
    [InlineData("  - {}", "a step is one of from, filter, sample, derive, rolling, window, key, score, to")]
    [InlineData("  - from: events", "a job has one 'from': its first step")]
    [InlineData("  - to: { topic: events }", "the job reads 'events'; it would read what it writes. If that is meant, say loop: true")]
    [InlineData("  - window: { tumbling: 1h, aggregates: { n: count() }, late: { topic: events } }", "the job reads 'events'; it would read what it writes")]
    [InlineData("  - to: { topic: test.dead-letters }", "'test.dead-letters' is one of the job's own topics")]
    [InlineData("  - to: { topic: test.by-name.3 }", "'test.by-name.3' is one of the job's own topics")]
    [InlineData("  - to: { topic: test.changes }", "'test.changes' is one of the job's own topics")]
    [InlineData("  - to: { topic: __consumer_offsets }", "'__consumer_offsets' is one of Kafka's own topics: names that begin with '__' are not for results")]
    [InlineData("  - to: { topic: other.journal }", "'other.journal' is the journal of a job 'other', whether there is one now or not: write to a topic of another name")]
    [InlineData("  - to: { topic: other.journal.12 }", "'other.journal.12' is the journal of a job 'other', whether there is one now or not: write to a topic of another name")]
    [InlineData("  - window: { tumbling: 1h, aggregates: { n: count() }, late: { topic: a.b.snapshots } }", "'a.b.snapshots' is the topic of snapshots of a job 'a.b', whether there is one now or not: write to a topic of another name")]
    [InlineData("  - to: { topic: test.journal }", "'test.journal' is one of the job's own topics")]
    [InlineData("  - to: { topic: o, fields: [id, id] }", "'id' is here twice")]
    [InlineData("  - to: { topic: o, fields: [idd] }", "unknown column 'idd'; did you mean 'id'?")]
    [InlineData("  - to: { topic: o, key: amount }", "a key is not a double; 'amount' is one")]
    [InlineData("  - to: { topic: o, format: xml }", "'xml' is not one of json, csv, text, bytes")]
    [InlineData("  - to: { topic: o, format: txt, fields: [name] }", "'txt' is not one of json, csv, text, bytes; did you mean 'text'?")]
    [InlineData("  - to: { topic: o, format: text, fields: [amount] }", "a value in format text is one column, a string that cannot be null; name it: fields: [COLUMN]")]
    [InlineData("  - to: { topic: o, format: bytes, fields: [name] }", "format bytes is for sources; a column of strings is written with format text")]
    public void A_step_that_cannot_work_is_refused_in_words(string step, string expected) =>
        Assert.Equal([expected], Compile.BadSteps(step + "\n  - to: { topic: out }"));

    [Theory]
    [InlineData(".serve", "the job's name begins with a '.': such names are the server's own, in its data directory")]
    [InlineData("__offsets", "the job's name begins with '__': such topics are Kafka's own")]
    [InlineData("models", "the job's name is reserved: models that are handed in are kept under it")]
    [InlineData("shop.lock", "the job's name ends with '.lock': such files say which jobs run")]
    public void A_name_that_something_else_has_is_no_job_s(string name, string expected) =>
        Assert.Equal([expected], Mistakes($"{Compile.Source.Replace("job: test", $"job: {name}", StringComparison.Ordinal)}  - to: {{ topic: out }}"));

    [Theory]
    [InlineData("events", "the job reads 'events'; what it cannot use would come back without end")]
    [InlineData("test.by-name", "'test.by-name' is one of the job's own topics")]
    [InlineData("other.journal", "'other.journal' is the journal of a job 'other', whether there is one now or not: write to a topic of another name")]
    public void Dead_letters_do_not_go_where_they_do_harm(string topic, string expected) =>
        Assert.Equal([expected], Mistakes($"{Compile.Source}  - to: {{ topic: out }}\ndead_letters: {{ topic: {topic} }}"));

    [Fact]
    public void A_job_does_not_read_what_it_alone_writes() =>
        Assert.Equal(
            ["'test.dead-letters' is one of the job's own topics; it would read what it writes"],
            Mistakes($"{Compile.Source.Replace("topic: events", "topic: test.dead-letters", StringComparison.Ordinal)}  - to: {{ topic: out }}"));

    [Fact]
    public void A_loop_that_is_meant_is_possible() => Assert.Equal(["events", "out"], Compile.Steps("  - to: { topic: events, when: amount > 1, loop: true }\n  - to: { topic: out }").Stages[0].Steps.OfType<SinkPlan>().Select(s => s.Topic));

    [Fact]
    public void At_least_once_does_not_go_with_a_key_step()
    {
        var spec = """
            job: j
            guarantee: at-least-once
            sources: { s: { topic: s, fields: { ts: timestamp_ms, id: long }, event_time: ts } }
            steps:
              - from: s
              - key: id
              - to: { topic: out }
            """;

        Assert.StartsWith("job.yaml:2:12: 'at-least-once' does not go with a 'key' step", Assert.Single(Compile.Bad(spec)), StringComparison.Ordinal);
        Assert.NotNull(Compile.Good(spec.Replace("  - key: id\n", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void State_needs_a_key()
    {
        var text = Compile.Source.Replace("    key: id\n", "", StringComparison.Ordinal) + "  - rolling: { n: count() over 1d }\n  - to: { topic: out }";

        Assert.Equal(
            ["job.yaml:9:14: a rolling step needs a key: say 'key: FIELD' in the source if the topic is partitioned by that field, otherwise put a '- key: COLUMN' step before this one"],
            Compile.Bad(text));
    }

    [Fact]
    public void State_does_not_follow_a_score_within_a_stage()
    {
        const string score = "  - score: { model: m, features: [amount] }\n";
        const string rest = "  - rolling: { s: avg(score) over 1d }\n  - to: { topic: out }";

        Assert.Contains("cannot follow a score step", Assert.Single(Compile.BadSteps(score + rest)), StringComparison.Ordinal);
        Assert.Equal(2, Compile.Steps(score + "  - key: name\n" + rest).Stages.Count);
    }

    [Fact]
    public void A_job_writes_something()
    {
        Assert.Equal(["the job writes nothing: add a 'to' step"], Compile.BadSteps("  - filter: flag"));
    }

    [Fact]
    public void A_model_is_opened_beside_the_spec_and_asked_whether_it_fits()
    {
        var model = new OneModel { Problems = ["the model takes 15 features, here is 1", "no output 'x'"] };

        var mistakes = Compile.Bad(Compile.Source + "  - score: { model: m/a.onnx, features: [amount], output: { s: x } }\n  - to: { topic: out }", model);

        Assert.Equal(["job.yaml:10:21: the model takes 15 features, here is 1", "job.yaml:10:21: no output 'x'"], mistakes);
        Assert.Equal(["/m/a.onnx"], model.Opened);
        Assert.Equal([(1, "x")], model.Checked);
    }

    [Fact]
    public void A_refused_model_is_a_mistake_at_its_path()
    {
        var model = new OneModel { Refusal = "there is no file /m.onnx" };

        var mistakes = Compile.Bad(Compile.Source + "  - score: { model: m.onnx, features: [amount] }\n  - to: { topic: out }", model);

        Assert.Equal(["job.yaml:10:21: there is no file m.onnx"], mistakes);
    }

    private static IEnumerable<string> Mistakes(string spec) => JobCompiler.Compile(spec, "job.yaml", [], null, "/").Errors.Select(e => e.Message);
}
