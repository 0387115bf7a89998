using System.Globalization;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;

namespace StreamGrains.Client;

/// <summary>
/// Builds the spec of a job in C#, step by step in the order that rows go through them. Expressions are those of job files. Whether names and types fit is checked when the job is handed
/// in, all at once. Not for several threads.
/// </summary>
/// <example>
/// <code>
/// var job = JobBuilder.Create("spending")
///     .Source("payments", s => s.Key("customer").Field("customer", FieldType.Long).Field("ts", FieldType.TimestampMs).Field("amount", FieldType.Double).EventTime("ts"))
///     .Filter("amount > 0")
///     .Rolling(r => r.Sum("spent_7d", "amount", over: TimeSpan.FromDays(7)))
///     .To("big-spenders", when: "spent_7d > 10000", key: "customer")
///     .Build();
/// </code>
/// </example>
public sealed class JobBuilder
{
    private readonly OrderedDictionary<string, SourceSpec> sources = [];
    private readonly List<StepSpec> steps = [];
    private JobSpec spec;

    private JobBuilder(string name) => spec = new JobSpec { Job = name, Sources = sources, Steps = steps };

    /// <summary>A job without sources and steps.</summary>
    /// <param name="name">Its name: letters, digits, '.', '_' and '-'.</param>
    public static JobBuilder Create(string name) => new(name);

    /// <summary>What the results survive; default: exactly once.</summary>
    public JobBuilder Guarantee(DeliveryGuarantee guarantee) => With(spec with { Guarantee = guarantee });

    /// <summary>When work is committed: at an age of the open interval or at so many records; default: 100 ms, 10000.</summary>
    public JobBuilder Commit(TimeSpan? every = null, int? records = null)
    {
        var usual = new CommitSpec();
        return With(spec with { Commit = new CommitSpec { Every = every ?? usual.Every, Records = records ?? usual.Records } });
    }

    /// <summary>When state is snapshotted: at an age of the last snapshot or at so many records; default: 30 s, 5000000.</summary>
    public JobBuilder Snapshot(TimeSpan? every = null, long? records = null)
    {
        var usual = new SnapshotSpec();
        return With(spec with { Snapshot = new SnapshotSpec { Every = every ?? usual.Every, Records = records ?? usual.Records } });
    }

    /// <summary>How far apart in event time the partitions may run; default: 1 hour.</summary>
    public JobBuilder Alignment(TimeSpan alignment) => With(spec with { Alignment = alignment });

    /// <summary>Units of ownership, fixed when the job first starts; default: the partitions of the source, at most 8.</summary>
    public JobBuilder Slots(int slots) => With(spec with { Slots = slots });

    /// <summary>Warm copies of every partition's state on other silos of a cluster, 0 or 1; default 0.</summary>
    public JobBuilder Standby(int copies) => With(spec with { Standby = copies });

    /// <summary>Topic of records that cannot be used; default: the job's name with <c>.dead-letters</c>.</summary>
    public JobBuilder DeadLetters(string topic) => With(spec with { DeadLetters = new DeadLetterSpec { Topic = topic } });

    /// <summary>Adds a topic to read. Throws <see cref="ArgumentException"/> when there is one by this name.</summary>
    /// <param name="name">Name that <see cref="From"/> uses.</param>
    /// <param name="describe">Describes it; the topic's name is that of the source unless it says otherwise.</param>
    public JobBuilder Source(string name, Action<SourceBuilder> describe)
    {
        var source = new SourceBuilder(name);
        describe(source);
        sources.Add(name, source.Build());
        return this;
    }

    /// <summary>Reads the source of this name; default: a job whose steps do not begin with it reads its first source.</summary>
    public JobBuilder From(string source) => Add(new StepSpec { From = source });

    /// <summary>Keeps the rows for which a condition is true.</summary>
    public JobBuilder Filter(string condition) => Add(new StepSpec { Filter = condition });

    /// <summary>Keeps the rows of a share of the keys: a key's rows are all kept, or none, in every run.</summary>
    /// <param name="percent">How many of the keys, in percent: above 0 and at most 100.</param>
    /// <param name="by">Column with the key, a long or a string; default: the key of the rows.</param>
    public JobBuilder Sample(decimal percent, string? by = null) =>
        Add(new StepSpec { Sample = new SampleSpec { Share = string.Create(CultureInfo.InvariantCulture, $"{percent}%"), By = by } });

    /// <summary>Computes a column. Calls in a row are one step, in which a later column may use an earlier one. A name that is given twice throws <see cref="ArgumentException"/>.</summary>
    public JobBuilder Derive(string column, string expression)
    {
        if (steps is not [.., { Derive: { } columns }]) Add(new StepSpec { Derive = columns = [] });
        columns.Add(column, expression);
        return this;
    }

    /// <summary>Aggregates over the recent past of the row's key. All aggregates of a step see the row as it came in, not one another.</summary>
    public JobBuilder Rolling(Action<RollingBuilder> aggregates)
    {
        var rolling = new RollingBuilder();
        aggregates(rolling);
        return Add(new StepSpec { Rolling = rolling.Aggregates });
    }

    /// <summary>Aggregates per key and window of event time, windows following one another; a closed window becomes one row.</summary>
    public JobBuilder Tumbling(TimeSpan size, Action<WindowBuilder> aggregates) => Window(aggregates, size, null);

    /// <summary>The same with windows that overlap: of one length, starting at multiples of a shorter distance of which it is a multiple.</summary>
    public JobBuilder Hopping(TimeSpan size, TimeSpan every, Action<WindowBuilder> aggregates) => Window(aggregates, null, new HoppingSpec { Size = size, Every = every });

    /// <summary>Brings together the rows of each value of a column, through an internal topic.</summary>
    public JobBuilder Key(string column) => Add(new StepSpec { Key = column });

    /// <summary>Scores every row with an ONNX model.</summary>
    /// <param name="model">The model's file, relative to what <see cref="StreamGrainsClient.SubmitAsync(JobSpec, string, bool, CancellationToken)"/> is told.</param>
    /// <param name="features">Columns in the order that the model takes them.</param>
    /// <param name="column">Column that gets the score.</param>
    /// <param name="output">What to take from the model: <c>default</c>, an output's name, or <c>name[column]</c>.</param>
    public JobBuilder Score(string model, IReadOnlyList<string> features, string column = "score", string output = "default") =>
        Score(model, features, new OrderedDictionary<string, string> { [column] = output });

    /// <summary>Scores every row with an ONNX model and takes several of its outputs, by column.</summary>
    public JobBuilder Score(string model, IReadOnlyList<string> features, OrderedDictionary<string, string> outputs) =>
        Add(new StepSpec { Score = new ScoreSpec { Model = model, Features = features, Output = outputs } });

    /// <summary>Writes rows to a topic; they also go on to the next step.</summary>
    /// <param name="topic">Name of the topic.</param>
    /// <param name="when">Which rows; default: all.</param>
    /// <param name="key">Column whose text becomes the record's key; default: no key.</param>
    /// <param name="fields">Columns to write, in this order; default: all.</param>
    /// <param name="format">Name of the format of values; default: json.</param>
    /// <param name="loop">Whether the topic may be one that the job reads.</param>
    public JobBuilder To(string topic, string? when = null, string? key = null, IReadOnlyList<string>? fields = null, string format = "json", bool loop = false) =>
        Add(new StepSpec { To = new SinkSpec { Topic = topic, When = when, Key = key, Fields = fields, Format = format, Loop = loop } });

    /// <summary>Publishes rows to Orleans streams, one for each key; they also go on to the next step. Such a job runs on silos only.</summary>
    /// <param name="provider">Name of the stream provider, as the silos have it.</param>
    /// <param name="streams">Namespace of the streams.</param>
    /// <param name="key">Column whose text becomes the stream's key.</param>
    /// <param name="when">Which rows; default: all.</param>
    /// <param name="fields">Columns to write, in this order; default: all.</param>
    public JobBuilder ToStream(string provider, string streams, string key, string? when = null, IReadOnlyList<string>? fields = null) =>
        Add(new StepSpec { To = new SinkSpec { Stream = new StreamSpec { Provider = provider, Namespace = streams, Key = key }, When = when, Fields = fields } });

    /// <summary>The spec so far. Throws <see cref="InvalidOperationException"/> when there is no source.</summary>
    public JobSpec Build()
    {
        if (sources.Count == 0) throw new InvalidOperationException($"job '{spec.Job}' has no source");
        StepSpec[] all = steps is [{ From: not null }, ..] ? [.. steps] : [new StepSpec { From = sources.GetAt(0).Key }, .. steps];
        return spec with { Sources = new(sources), Steps = all };
    }

    private JobBuilder Window(Action<WindowBuilder> aggregates, TimeSpan? tumbling, HoppingSpec? hopping)
    {
        var window = new WindowBuilder();
        aggregates(window);
        return Add(new StepSpec { Window = window.Build(tumbling, hopping) });
    }

    private JobBuilder Add(StepSpec step)
    {
        steps.Add(step);
        return this;
    }

    private JobBuilder With(JobSpec changed)
    {
        spec = changed;
        return this;
    }
}
