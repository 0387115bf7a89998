using StreamGrains.Contracts;
using StreamGrains.Engine.Steps.Derive;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps.Filter;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs;

/// <summary>
/// Walks the steps of a spec once, checking each and adding it to its stage. <paramref name="carried"/> says which columns may cross into
/// each stage; null lets all of them.
/// </summary>
internal sealed partial class StepCompiler(JobSpec spec, SpecErrors errors, ModelChecker models, HostFunctions? host, IReadOnlyList<IReadOnlySet<string>>? carried)
{
    private readonly List<StageBuilder> stages = [];
    private readonly Dictionary<string, int> ids = [];
    private readonly HashSet<string> internalTopics = [$"{spec.Job}.journal", $"{spec.Job}.snapshots"];
    private readonly Fingerprint fingerprint = new();

    private StageBuilder Stage => stages[^1];

    private ColumnScope Scope => Stage.Scope;

    /// <summary>The stages; only after a run without mistakes.</summary>
    public IReadOnlyList<StagePlan> Stages => [.. stages.Select(s => s.Build())];

    /// <summary>Hash of what decides the meaning of stored state.</summary>
    public UInt128 Fingerprint() => fingerprint.Hash();

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

    /// <summary>Checks and compiles every step.</summary>
    public void Run()
    {
        for (var i = 0; i < spec.Steps.Count; i++) Step(i, spec.Steps[i]);
        if (spec.Steps.Count == 0) errors.Add("steps", "a job has steps, beginning with 'from'");
        else if (spec.Steps.All(s => s.To is null)) errors.Add("steps", "the job writes nothing: add a 'to' step");
    }

    private void Step(int index, StepSpec step)
    {
        var path = $"steps[{index}]";
        string?[] set =
        [
            step.From is null ? null : "from", step.Filter is null ? null : "filter", step.Derive is null ? null : "derive",
            step.Rolling is null ? null : "rolling", step.Window is null ? null : "window",
            step.Key is null ? null : "key", step.Score is null ? null : "score", step.To is null ? null : "to",
        ];
        var names = set.OfType<string>().ToList();
        if (stages.Count == 0 && (names.Count != 1 || names[0] != "from")) StartWithout(path);
        if (names.Count > 1) errors.Add(path, $"one step does one thing; begin each of {string.Join(", ", names)} with '- '");
        else if (names.Count == 0) errors.Add(path, "a step is one of " + string.Join(", ", SpecShape.Of(typeof(StepSpec)).Members.Select(m => m.Name)));
        if (step.From is not null) From(index, $"{path}.from", step.From);
        if (step.Filter is not null) Filter($"{path}.filter", step.Filter);
        if (step.Derive is not null) Derive($"{path}.derive", step.Derive);
        if (step.Rolling is not null) Rolling($"{path}.rolling", step.Rolling);
        if (step.Window is not null) Window($"{path}.window", step.Window);
        if (step.Key is not null) Key($"{path}.key", step.Key);
        if (step.Score is not null) Score($"{path}.score", step.Score);
        if (step.To is not null) To($"{path}.to", step.To);
    }

    /// <summary>Nothing is known about the columns of a job that does not begin with from, so nothing is said about them.</summary>
    private void StartWithout(string path)
    {
        errors.Add(path, "the first step is 'from', with the name of a source");
        stages.Add(new(0, "") { Unknown = true });
    }

    private void From(int index, string path, string name)
    {
        if (index > 0)
        {
            errors.Add(path, "a job has one 'from': its first step");
            return;
        }
        var meant = name;
        if (!spec.Sources.ContainsKey(name))
        {
            if (spec.Sources.Count == 0) errors.Add("sources", "a job has a source");
            else errors.Add(path, $"unknown source '{name}'", NearestName.Of(name, spec.Sources.Keys));
            // Going on with the source that was probably meant finds the mistakes of later steps as well.
            meant = NearestName.Of(name, spec.Sources.Keys) ?? (spec.Sources.Count == 1 ? spec.Sources.GetAt(0).Key : name);
        }
        stages.Add(new(0, meant) { Unknown = !spec.Sources.ContainsKey(meant) });
        foreach (var (other, source) in spec.Sources)
        {
            var compiler = new SourceCompiler(spec.Job, errors, $"sources.{other}", source);
            // A source that no step reads is checked like the others, in a stage that is thrown away.
            compiler.Compile(other == meant ? Stage : new StageBuilder(0, other));
            if (other == meant) fingerprint.Add(compiler.Canonical(), keepsState: false);
        }
    }

    private void Filter(string path, string text)
    {
        if (Condition(path, text, out var syntax) is not { } condition) return;
        Stage.Steps.Add(new FilterPlan(Id("filter"), condition));
        Stage.Lineage.Filter(syntax!);
        fingerprint.Add($"filter {syntax}", keepsState: false);
    }

    private void Derive(string path, OrderedDictionary<string, string> columns)
    {
        var assignments = new List<Assignment>();
        if (columns.Count == 0) errors.Add(path, "'derive' has at least one column");
        foreach (var (name, text) in columns)
        {
            var value = Expression($"{path}.{name}", text, out var syntax);
            var column = Declare($"{path}.{name}", name, value?.Type, value?.Nullable ?? true);
            if (value is not null) assignments.Add(new(column, value));
            if (syntax is not null) Stage.Lineage.Define(name, Stage.Lineage.Of(syntax));
            fingerprint.Add($"derive {name} {syntax}", keepsState: false);
        }
        Stage.Steps.Add(new DerivePlan(Id("derive"), assignments));
    }

    private void Key(string path, string name)
    {
        var column = Scope.Find(name);
        if (column is null) errors.Add(path, $"unknown column '{name}'", Scope.Nearest(name));
        else if (SourceCompiler.KeyProblem(column) is { } problem) errors.Add(path, problem);
        if (Stage.Key == name) errors.Add(path, $"rows are already together by '{name}'; take this step out");
        var topic = $"{spec.Job}.by-{name}";
        for (var n = 2; !internalTopics.Add(topic); n++) topic = $"{spec.Job}.by-{name}-{n}";

        var (from, next) = (Stage, new StageBuilder(stages.Count, name) { Key = name, Unknown = Stage.Unknown });
        var crossing = from.Scope.Columns.Where(c => carried is null || c.Name == name || carried[next.Index].Contains(c.Name)).ToList();
        next.Lineage.Begin(Lineage.Hash("key", from.Lineage.Rows, from.Lineage.Column(name)));
        foreach (var c in crossing)
        {
            next.Declare(c.Name, c.Type, c.Nullable);
            next.Lineage.Define(c.Name, from.Lineage.Column(c.Name));
        }
        next.SetInput(new ExchangeInput(topic, from.Index, [.. Enumerable.Range(0, crossing.Count)]) { Meaning = from.Lineage.Column(name) });
        from.Steps.Add(new ExchangePlan(Id("key"), topic, column?.Index ?? -1, [.. crossing.Select(c => c.Index)]));
        stages.Add(next);
        fingerprint.Add($"key {name}: {string.Join(", ", crossing.Select(c => $"{c.Name} {c.Type} {c.Nullable}"))}", keepsState: true);
    }

    private int Declare(string path, string name, ColumnType? type, bool nullable)
    {
        if (!Lexer.IsName(name)) errors.AddAtKey(path, SourceCompiler.NotAName(name));
        var index = Stage.Declare(name, type, nullable);
        if (index < 0) errors.AddAtKey(path, $"there is a column '{name}' already");
        return index;
    }

    private Expression? Condition(string path, string text, out SyntaxNode? syntax)
    {
        var condition = Expression(path, text, out syntax);
        if (condition is null || condition.Type == ColumnType.Bool) return condition;
        errors.Add(path, $"this is a {condition.Type.Word()}; a condition is a bool, such as amount > 0");
        return null;
    }

    private Expression? Expression(string path, string text, out SyntaxNode? syntax)
    {
        syntax = null;
        var report = Report(path);
        try
        {
            syntax = Parser.Expression(text);
            var expression = new ExpressionCompiler(Scope, report, host).Compile(syntax);
            if (expression is not null) expression.Text = text.Trim();
            return expression;
        }
        catch (SyntaxMistake mistake)
        {
            report(mistake.Offset, mistake.Message, mistake.Suggestion);
            return null;
        }
    }

    private ReportMistake Report(string path) => (offset, message, suggestion) => errors.Add(path, message, suggestion, offset);

    private string Id(string kind)
    {
        ids[kind] = ids.GetValueOrDefault(kind) + 1;
        return $"{kind}-{ids[kind]}";
    }
}
