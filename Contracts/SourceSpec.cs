namespace StreamGrains.Contracts;

/// <summary>A topic that the job reads.</summary>
public sealed record SourceSpec
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>How record values are written; json by default.</summary>
    public string Format { get; init; } = "json";

    /// <summary>Field by which the topic is already partitioned; without it, state needs a key step first.</summary>
    public string? Key { get; init; }

    /// <summary>Fields of a record by the name that steps use for them; in a CSV source in the order of the line.</summary>
    public required OrderedDictionary<string, FieldSpec> Fields { get; init; }

    /// <summary>Timestamp field that says when the event happened; without it, the Kafka record's timestamp.</summary>
    public string? EventTime { get; init; }

    /// <summary>
    /// Whether the topic may be compacted although state is made of it; false by default, and then that is refused. Compaction takes records that a recovery may have to repeat: where it has, the job stops.
    /// </summary>
    public bool Compacted { get; init; }

    /// <summary>How event time advances.</summary>
    public WatermarkSpec Watermark { get; init; } = new();
}

/// <summary>How event time advances.</summary>
public sealed record WatermarkSpec
{
    /// <summary>How much later than the newest event an older one may still arrive in a partition; 1m by default.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A partition without records for this long no longer holds the others back; 30s by default.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>One field of a source. The text form is the type alone, with a question mark when the field is optional: double?</summary>
public sealed record FieldSpec
{
    /// <summary>Type of the value.</summary>
    public required FieldType Type { get; init; }

    /// <summary>Part of the Kafka record that holds it; value by default.</summary>
    public FieldOrigin From { get; init; } = FieldOrigin.Value;

    /// <summary>Name in the record (JSON member or header) where it differs from the name in the spec.</summary>
    public string? Name { get; init; }

    /// <summary>Whether a record without it is good; its value is then null.</summary>
    public bool Optional { get; init; }
}

/// <summary>Types of fields.</summary>
public enum FieldType
{
    /// <summary>64-bit integer.</summary>
    [SpecName("long")] Long,

    /// <summary>Number.</summary>
    [SpecName("double")] Double,

    /// <summary>true, false, 1 or 0.</summary>
    [SpecName("bool")] Bool,

    /// <summary>Text.</summary>
    [SpecName("string")] String,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    [SpecName("timestamp_ms")] TimestampMs,

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    [SpecName("timestamp_s")] TimestampSeconds,

    /// <summary>ISO 8601 text such as 2018-04-01T00:01:12Z or 2018-04-01 00:01:12; UTC where no offset is given.</summary>
    [SpecName("timestamp_iso")] TimestampIso,
}

/// <summary>Parts of a Kafka record.</summary>
public enum FieldOrigin
{
    /// <summary>The value.</summary>
    [SpecName("value")] Value,

    /// <summary>The key, as text.</summary>
    [SpecName("key")] Key,

    /// <summary>A header, as text.</summary>
    [SpecName("header")] Header,
}
