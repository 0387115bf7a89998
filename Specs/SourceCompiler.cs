using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs;

/// <summary>Checks one source and makes it the input of a stage.</summary>
internal sealed class SourceCompiler(string job, SpecErrors errors, string path, SourceSpec source)
{
    /// <summary>Declares the source's fields in the stage and sets its input and key.</summary>
    public void Compile(StageBuilder stage)
    {
        Topics.Check($"{path}.topic", source.Topic, errors);
        if (OwnTopics.IsOf(job, source.Topic)) errors.Add($"{path}.topic", $"'{source.Topic}' is one of the job's own topics; it would read what it writes");
        if (source.Fields.Count == 0) errors.Add($"{path}.fields", "a source has at least one field");
        var fields = new List<SourceField>();
        foreach (var (name, field) in source.Fields)
        {
            var place = $"{path}.fields.{name}";
            if (!Lexer.IsName(name)) errors.AddAtKey(place, NotAName(name));
            if (field.Name is { Length: 0 }) errors.Add($"{place}.name", "'name' is empty");
            var (type, kind) = TypeOf(field.Type);
            stage.Declare(name, errors.Reported(place) || errors.Reported($"{place}.type") ? null : type, field.Optional);
            fields.Add(new(field.Name ?? name, kind, PlaceOf(field.From), field.Optional));
        }
        var format = RecordFormats.Find($"{path}.format", source.Format, errors);
        if (format.CannotRead(fields) is { } problem) errors.Add($"{path}.format", problem);
        JobSettings.Positive($"{path}.watermark.idle_after", source.Watermark.IdleAfter, errors);
        var time = TimeColumn(stage);
        stage.Key = Key(stage);
        stage.Lineage.Begin(source, format);
        stage.SetInput(new SourceInput(source.Topic, format, fields, time,
            (long)source.Watermark.Delay.TotalMilliseconds, (long)source.Watermark.IdleAfter.TotalMilliseconds) { Meaning = stage.Lineage.Rows, MayBeCompacted = source.Compacted });
    }

    /// <summary>The source as far as it decides what state means.</summary>
    public string Canonical() =>
        $"source {source.Topic} {source.Format} key {source.Key} time {source.EventTime} delay {source.Watermark.Delay.TotalMilliseconds:F0}: "
        + string.Join(", ", source.Fields.Select(f => $"{f.Key} {f.Value.Type} {f.Value.From} {f.Value.Name ?? f.Key} {f.Value.Optional}"));

    /// <summary>Says why a text cannot name a column.</summary>
    public static string NotAName(string name) => Lexer.Words.Contains(name)
        ? $"'{name}' is a word of the expression language and cannot name a column"
        : $"'{(name.Length > 60 ? name[..57] + "..." : name)}' cannot name a column: letters, digits and '_', not a digit first, at most 100";

    private int TimeColumn(StageBuilder stage)
    {
        if (source.EventTime is not { } name) return -1;
        var place = $"{path}.event_time";
        var column = Find(stage, place, name);
        if (column is null) return -1;
        if (column.Type is not (null or ColumnType.Timestamp))
            errors.Add(place, $"'{name}' is a {column.Type.Value.Word()}; declare it as timestamp_ms, timestamp_s or timestamp_iso");
        else if (column.Nullable) errors.Add(place, $"'{name}' is optional, but every event has its time; take the '?' from its type");
        return column.Index;
    }

    private string? Key(StageBuilder stage)
    {
        if (source.Key is not { } name) return null;
        var column = Find(stage, $"{path}.key", name);
        if (column is not null && KeyProblem(column) is { } problem) errors.Add($"{path}.key", problem);
        return name;
    }

    private ScopeColumn? Find(StageBuilder stage, string place, string name)
    {
        var column = stage.Scope.Find(name);
        if (column is null && source.Fields.Count > 0) errors.Add(place, $"unknown field '{name}'", stage.Scope.Nearest(name));
        return column;
    }

    /// <summary>Why rows cannot be partitioned by a column; null when they can.</summary>
    public static string? KeyProblem(ScopeColumn column)
    {
        var help = column.Type == ColumnType.Double ? "" : "; to_long or to_string in a derive step makes one of it";
        if (column.Type is not (null or ColumnType.Long or ColumnType.String))
            return $"a key is a long or a string; '{column.Name}' is a {column.Type.Value.Word()}{help}";
        return column.Nullable && column.Type is not null
            ? $"'{column.Name}' can be null, and a key cannot; say what null counts as in a derive step: {Operators.Coalesced(column.Name, column.Type.Value)}"
            : null;
    }

    private static (ColumnType, FieldKind) TypeOf(FieldType type) => type switch
    {
        FieldType.Long => (ColumnType.Long, FieldKind.Long),
        FieldType.Double => (ColumnType.Double, FieldKind.Double),
        FieldType.Bool => (ColumnType.Bool, FieldKind.Bool),
        FieldType.String => (ColumnType.String, FieldKind.String),
        FieldType.TimestampMs => (ColumnType.Timestamp, FieldKind.TimestampMs),
        FieldType.TimestampSeconds => (ColumnType.Timestamp, FieldKind.TimestampSeconds),
        _ => (ColumnType.Timestamp, FieldKind.TimestampIso),
    };

    private static FieldPlace PlaceOf(FieldOrigin origin) => origin switch
    {
        FieldOrigin.Key => FieldPlace.Key,
        FieldOrigin.Header => FieldPlace.Header,
        _ => FieldPlace.Value,
    };
}
