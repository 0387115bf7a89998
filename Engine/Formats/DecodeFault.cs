namespace StreamGrains.Engine.Formats;

/// <summary>Why a record did not decode; <see cref="DecodeFault.Describe"/> puts it in words.</summary>
public enum FaultKind : byte
{
    None,
    NullValue,
    InvalidUtf8,
    NotJson,
    NotAnObject,
    TooDeep,
    TrailingBytes,
    MissingField,
    NullField,
    WrongType,
    OutOfRange,
    NotATime,
    TooManyColumns,
    BadQuoting,
    BadTimestamp,
}

/// <summary>
/// Outcome of decoding one record: a value, because bad records are expected and must cost no more than good ones.
/// </summary>
/// <param name="Kind">What is wrong; None for a good record.</param>
/// <param name="Field">Index of the field, or -1.</param>
/// <param name="Position">Byte in the value where it was noticed, or -1.</param>
public readonly record struct DecodeFault(FaultKind Kind, int Field = -1, int Position = -1)
{
    public static readonly DecodeFault None = new(FaultKind.None);

    public bool IsFault => Kind != FaultKind.None;

    /// <summary>The reason that the dead letter carries.</summary>
    public string Describe(IReadOnlyList<SourceField> fields)
    {
        var field = Field < 0 ? "" : $"field '{fields[Field].Name}'";
        var at = Position < 0 ? "" : $" at byte {Position}";
        return Kind switch
        {
            FaultKind.NullValue => "the value is null",
            FaultKind.InvalidUtf8 => $"{(Field < 0 ? "the value" : field)} is not valid UTF-8{at}",
            FaultKind.NotJson => $"the value is not JSON{at}",
            FaultKind.NotAnObject => "the value is JSON but not an object",
            FaultKind.TooDeep => $"the value is nested deeper than {ValueDecoder.MaxDepth}{at}",
            FaultKind.TrailingBytes => $"something follows the value{at}",
            FaultKind.MissingField => $"{field} is missing",
            FaultKind.NullField => $"{field} is null",
            FaultKind.WrongType => $"{field} is not {Expected(fields[Field].Kind)}{at}",
            FaultKind.OutOfRange => $"{field} is out of range for {Expected(fields[Field].Kind)}{at}",
            FaultKind.NotATime => $"{field} is not {Expected(fields[Field].Kind)}{at}",
            FaultKind.TooManyColumns => $"the line has more than {fields.Count(f => f.From == FieldPlace.Value)} columns",
            FaultKind.BadQuoting => $"the line's quotes do not match{at}",
            FaultKind.BadTimestamp => "the record's timestamp is not a time from 1970 to 9999",
            _ => "no fault",
        };
    }

    private static string Expected(FieldKind kind) => kind switch
    {
        FieldKind.Long => "a whole number (long)",
        FieldKind.Double => "a number (double)",
        FieldKind.Bool => "a bool (true, false, 1 or 0)",
        FieldKind.String => "text (string)",
        FieldKind.TimestampMs => "a time in milliseconds since 1970",
        FieldKind.TimestampSeconds => "a time in seconds since 1970",
        _ => "an ISO 8601 time",
    };
}
