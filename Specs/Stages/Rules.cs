using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Stages;

/// <summary>Rules that hold in more than one place of a spec. Pure.</summary>
internal static class Rules
{
    /// <summary>Says why a text cannot name a column.</summary>
    public static string NotAName(string name) => Lexer.Words.Contains(name)
        ? $"'{name}' is a word of the expression language and cannot name a column"
        : $"'{SpecErrors.Shown(name)}' cannot name a column: letters, digits and '_', not a digit first, at most 100";

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

    /// <summary>Index of the column that rows are partitioned by; reported when there is none, or when a score step was before.</summary>
    public static int StateKey(JobDraft job, string path, string step)
    {
        if (job.Stage.Scored)
            job.Errors.Add(path,
                $"a {step} step cannot follow a score step directly: state must not depend on what a model says; "
                + "put it before the score step, or a key step between");
        if (job.Stage.Unknown) return -1;
        if (job.Stage.Key is { } key) return job.Scope.Find(key)?.Index ?? -1;
        job.Errors.Add(path,
            $"a {step} step needs a key: say 'key: FIELD' in the source if the topic is partitioned by that field, "
            + "otherwise put a '- key: COLUMN' step before this one");
        return -1;
    }

    /// <summary>What the key of the stage is made of; 0 without one.</summary>
    public static UInt128 KeyMeaning(JobDraft job) => job.Stage.Key is { } key ? job.Lineage.Column(key) : 0;

    /// <summary>Reports a duration that is not longer than nothing.</summary>
    public static void Positive(string path, TimeSpan value, SpecErrors errors)
    {
        if (value <= TimeSpan.Zero) errors.Add(path, $"'{Last(path)}' is longer than 0");
        else if (value > DurationText.Longest) errors.Add(path, $"'{Last(path)}' is at most {DurationText.Longest.Days}d");
    }

    /// <summary>The name at the end of a path.</summary>
    public static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
