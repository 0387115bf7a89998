using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Specs.Stages;

/// <summary>A stage while its steps are compiled. Columns get their index when they are declared; a window starts a new layout.</summary>
internal sealed class StageBuilder(int index, string name)
{
    private List<ColumnDef> columns = [];
    private RowLayout? inputLayout;

    /// <summary>Position in the job.</summary>
    public int Index { get; } = index;

    /// <summary>Columns that steps can see now.</summary>
    public ColumnScope Scope { get; private set; } = new();

    /// <summary>What rows and columns are made of.</summary>
    public Lineage Lineage { get; } = new();

    /// <summary>Columns before any window.</summary>
    public ColumnScope InputScope => inputScope ?? Scope;

    private ColumnScope? inputScope;

    /// <summary>Names that come in with the stage's input.</summary>
    public IReadOnlyList<string> InputNames { get; private set; } = [];

    /// <summary>Where rows come from.</summary>
    public StageInput? Input { get; private set; }

    /// <summary>Name of the column that rows are partitioned by; null when they are not.</summary>
    public string? Key { get; set; }

    /// <summary>Whether a mistake left the columns unknown: then every name is accepted and nothing is said about it.</summary>
    public bool Unknown
    {
        get => Scope.Unknown;
        set => Scope.Unknown = value;
    }

    /// <summary>Whether a score step has been; what follows it must not keep state.</summary>
    public bool Scored { get; set; }

    /// <summary>The steps so far.</summary>
    public List<StepPlan> Steps { get; } = [];

    /// <summary>Columns of the rows as they are now, with the types that are known.</summary>
    public IReadOnlyList<ColumnDef> Columns => columns;

    /// <summary>Sets the input once its columns are declared.</summary>
    public void SetInput(StageInput input)
    {
        Input = input;
        InputNames = [.. Scope.Columns.Select(c => c.Name)];
    }

    /// <summary>Adds a column; its index, or -1 when the name is taken. A null type is one that a mistake left unknown.</summary>
    public int Declare(string column, ColumnType? type, bool nullable)
    {
        if (!Scope.TryAdd(new(column, columns.Count, type, nullable))) return -1;
        columns.Add(new(column, type ?? ColumnType.Long, nullable));
        return columns.Count - 1;
    }

    /// <summary>Starts a new layout and hides all columns. The layout is complete only when the stage is.</summary>
    public RowLayout StartLayout()
    {
        inputLayout ??= new(columns);
        inputScope ??= Scope;
        Scope = new() { Unknown = Scope.Unknown };
        columns = [];
        return new(columns);
    }

    /// <summary>The finished stage.</summary>
    public StagePlan Build() => new(Index, name, Input!, inputLayout ?? new(columns), Steps);
}
