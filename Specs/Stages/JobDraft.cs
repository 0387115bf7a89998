using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Stages;

/// <summary>
/// A job while its steps are compiled, one after the other: the stages so far, and what steps ask of the whole job. Mistakes are reported and leave something to go on with. Owner: one walk over
/// the steps.
/// </summary>
/// <param name="spec">The spec.</param>
/// <param name="errors">Takes the mistakes.</param>
/// <param name="models">Opens models.</param>
/// <param name="host">Functions of the host program; null for none.</param>
/// <param name="carried">The columns that may cross into each stage; null lets all of them.</param>
internal sealed class JobDraft(JobSpec spec, SpecErrors errors, ModelChecker models, HostFunctions? host, IReadOnlyList<IReadOnlySet<string>>? carried)
{
    private readonly List<StageBuilder> stages = [];
    private readonly Dictionary<string, int> ids = [];

    /// <summary>The spec.</summary>
    public JobSpec Spec => spec;

    /// <summary>Takes the mistakes.</summary>
    public SpecErrors Errors => errors;

    /// <summary>Opens models.</summary>
    public ModelChecker Models => models;

    /// <summary>Hash of what decides the meaning of stored state.</summary>
    public Fingerprint Fingerprint { get; } = new();

    /// <summary>Topics that the job has and writes.</summary>
    public JobTopics Topics { get; } = new(spec, errors);

    /// <summary>Position of the step that is compiled.</summary>
    public int Step { get; set; }

    /// <summary>Stages so far.</summary>
    public int Stages => stages.Count;

    /// <summary>The stage that is being built.</summary>
    public StageBuilder Stage => stages[^1];

    /// <summary>Columns that the step sees.</summary>
    public ColumnScope Scope => Stage.Scope;

    /// <summary>What the rows of the stage are made of.</summary>
    public Lineage Lineage => Stage.Lineage;

    /// <summary>The stages; only after a walk without mistakes.</summary>
    public IReadOnlyList<StagePlan> Build() => [.. stages.Select(s => s.Build())];

    /// <summary>The input columns that each stage, or one after it, reads.</summary>
    public IReadOnlyList<IReadOnlySet<string>> Needed()
    {
        var needed = new HashSet<string>[stages.Count];
        for (var i = stages.Count - 1; i >= 0; i--)
        {
            var stage = stages[i];
            needed[i] = [.. stage.InputScope.Read];
            if (i + 1 < stages.Count && stage.InputScope == stage.Scope) needed[i].UnionWith(needed[i + 1]);
            needed[i].IntersectWith(stage.InputNames);
        }
        return needed;
    }

    /// <summary>Goes on in a new stage.</summary>
    public void Begin(StageBuilder stage) => stages.Add(stage);

    /// <summary>Whether a column crosses into a stage.</summary>
    public bool Crosses(string column, int stage) => carried is null || carried[stage].Contains(column);

    /// <summary>Id for a step: its kind, and how many of the kind there are.</summary>
    public string Id(string kind)
    {
        ids[kind] = ids.GetValueOrDefault(kind) + 1;
        return $"{kind}-{ids[kind]}";
    }

    /// <summary>Index of a new column of the stage; -1 where the name is taken. A null type is one that a mistake left unknown.</summary>
    public int Declare(string path, string name, ColumnType? type, bool nullable)
    {
        if (!Lexer.IsName(name)) errors.AddAtKey(path, Rules.NotAName(name));
        var index = Stage.Declare(name, type, nullable);
        if (index < 0) errors.AddAtKey(path, $"there is a column '{name}' already");
        return index;
    }

    /// <summary>The column of a name.</summary>
    public ScopeColumn? Column(string path, string name)
    {
        var column = Scope.Find(name);
        if (column is null) errors.Add(path, $"unknown column '{name}'", Scope.Nearest(name));
        return column;
    }

    /// <summary>An expression that is a bool.</summary>
    public Expression? Condition(string path, string text, out SyntaxNode? syntax)
    {
        var condition = Expression(path, text, out syntax);
        if (condition is null || condition.Type == ColumnType.Bool) return condition;
        errors.Add(path, $"this is a {condition.Type.Word()}; a condition is a bool, such as amount > 0");
        return null;
    }

    /// <summary>An expression over the present columns.</summary>
    public Expression? Expression(string path, string text, out SyntaxNode? syntax)
    {
        syntax = Syntax(path, text, Parser.Expression);
        var expression = syntax is null ? null : Compiler(Report(path)).Compile(syntax);
        if (expression is not null) expression.Text = text.Trim();
        return expression;
    }

    /// <summary>What a text reads as; null where it is none.</summary>
    public T? Syntax<T>(string path, string text, Func<string, T> parse) where T : class
    {
        try
        {
            return parse(text);
        }
        catch (SyntaxMistake mistake)
        {
            Report(path)(mistake.Offset, mistake.Message, mistake.Suggestion);
            return null;
        }
    }

    /// <summary>A compiler of expressions over the present columns.</summary>
    public ExpressionCompiler Compiler(ReportMistake report) => new(Scope, report, host);

    /// <summary>Reports mistakes in the text at a path.</summary>
    public ReportMistake Report(string path) => (offset, message, suggestion) => errors.Add(path, message, suggestion, offset);
}
