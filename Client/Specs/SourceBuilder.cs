using StreamGrains.Contracts;

namespace StreamGrains.Client;

/// <summary>Describes a topic that a job reads; see <see cref="JobBuilder.Source"/>.</summary>
public sealed class SourceBuilder
{
    private readonly OrderedDictionary<string, FieldSpec> fields = [];
    private SourceSpec spec;

    internal SourceBuilder(string topic) => spec = new SourceSpec { Topic = topic, Fields = fields };

    /// <summary>Name of the topic; default: the name of the source.</summary>
    public SourceBuilder Topic(string topic) => With(spec with { Topic = topic });

    /// <summary>How record values are written; default: JSON.</summary>
    public SourceBuilder Format(string format) => With(spec with { Format = format });

    /// <summary>Field by which the topic is already partitioned; without it, state needs a key step first.</summary>
    public SourceBuilder Key(string field) => With(spec with { Key = field });

    /// <summary>Adds a field; in a CSV source in the order of the line. Throws <see cref="ArgumentException"/> when there is one by this name.</summary>
    /// <param name="field">Name that steps use.</param>
    /// <param name="type">Type of the value.</param>
    /// <param name="name">Name in the record (JSON member or header); default: the same.</param>
    /// <param name="optional">Whether a record without it is good; its value is then null.</param>
    /// <param name="from">Part of the record that holds it; default: the value.</param>
    public SourceBuilder Field(string field, FieldType type, string? name = null, bool optional = false, FieldOrigin from = FieldOrigin.Value)
    {
        fields.Add(field, new FieldSpec { Type = type, Name = name, Optional = optional, From = from });
        return this;
    }

    /// <summary>Timestamp field that says when the event happened; default: the Kafka record's timestamp.</summary>
    public SourceBuilder EventTime(string field) => With(spec with { EventTime = field });

    /// <summary>The topic may be compacted although state is made of it: where compaction has taken what a recovery must repeat, the job stops.</summary>
    public SourceBuilder Compacted() => With(spec with { Compacted = true });

    /// <summary>How event time advances.</summary>
    /// <param name="delay">How much later than the newest event an older one may still arrive in a partition; default: 1 minute.</param>
    /// <param name="idleAfter">A partition without records for this long no longer holds the others back; default: 30 seconds.</param>
    public SourceBuilder Watermark(TimeSpan? delay = null, TimeSpan? idleAfter = null)
    {
        var usual = new WatermarkSpec();
        return With(spec with { Watermark = new WatermarkSpec { Delay = delay ?? usual.Delay, IdleAfter = idleAfter ?? usual.IdleAfter } });
    }

    internal SourceSpec Build() => spec;

    private SourceBuilder With(SourceSpec changed)
    {
        spec = changed;
        return this;
    }
}
