using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Formats;
using StreamGrains.Specs.Naming;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Stages;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Steps.From;

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
            if (!Lexer.IsName(name)) errors.AddAtKey(place, Rules.NotAName(name));
            if (field.Name is { Length: 0 }) errors.Add($"{place}.name", "'name' is empty");
            var (type, kind) = TypeOf(field.Type);
            stage.Declare(name, errors.Reported(place) || errors.Reported($"{place}.type") ? null : type, field.Optional);
            fields.Add(new(field.Name ?? name, kind, PlaceOf(field.From), field.Optional));
        }
        var format = RecordFormats.Find($"{path}.format", source.Format, errors);
        if (format.CannotRead(fields) is { } problem) errors.Add($"{path}.format", problem);
        Rules.Positive($"{path}.watermark.idle_after", source.Watermark.IdleAfter, errors);
        var time = TimeColumn(stage);
        stage.Key = Key(stage);
        stage.Lineage.Begin(source, format);
        stage.SetInput(new SourceInput(source.Topic, format, fields, time,
            (long)source.Watermark.Delay.TotalMilliseconds, (long)source.Watermark.IdleAfter.TotalMilliseconds) { StateFingerprint = stage.Lineage.Rows, MayBeCompacted = source.Compacted });
    }

    /// <summary>The source as far as it decides what state means.</summary>
    public string Canonical() =>
        $"source {source.Topic} {source.Format} key {source.Key} time {source.EventTime} delay {source.Watermark.Delay.TotalMilliseconds:F0}: "
        + string.Join(", ", source.Fields.Select(f => $"{f.Key} {f.Value.Type} {f.Value.From} {f.Value.Name ?? f.Key} {f.Value.Optional}"));

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
        if (column is not null && Rules.KeyProblem(column) is { } problem) errors.Add($"{path}.key", problem);
        return name;
    }

    private ScopeColumn? Find(StageBuilder stage, string place, string name)
    {
        var column = stage.Scope.Find(name);
        if (column is null && source.Fields.Count > 0) errors.Add(place, $"unknown field '{name}'", stage.Scope.Nearest(name));
        return column;
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
