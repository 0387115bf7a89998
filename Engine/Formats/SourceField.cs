namespace StreamGrains.Engine.Formats;

/// <summary>One declared field of a source.</summary>
/// <param name="Name">Field name in the value (JSON member or CSV column), header name, or anything for the key.</param>
/// <param name="Kind">How the text is read.</param>
/// <param name="From">Which part of the record holds it.</param>
/// <param name="Optional">Whether a missing or null value is a null and not a dead letter.</param>
public sealed record SourceField(string Name, FieldKind Kind, FieldPlace From = FieldPlace.Value, bool Optional = false);

/// <summary>Part of a Kafka record.</summary>
public enum FieldPlace
{
    /// <summary>The value.</summary>
    Value,

    /// <summary>The key, as text.</summary>
    Key,

    /// <summary>A header, as text.</summary>
    Header,
}

/// <summary>How a field's text becomes a value.</summary>
public enum FieldKind
{
    /// <summary>Integer in the range of a long.</summary>
    Long,

    /// <summary>Finite number.</summary>
    Double,

    /// <summary>true, false, 1 or 0.</summary>
    Bool,

    /// <summary>Text, valid UTF-8.</summary>
    String,

    /// <summary>Milliseconds since the epoch.</summary>
    TimestampMs,

    /// <summary>Seconds since the epoch.</summary>
    TimestampSeconds,

    /// <summary>ISO 8601 text such as 2018-04-01T00:01:12Z or 2018-04-01 00:01:12; UTC where no offset is given.</summary>
    TimestampIso,
}
