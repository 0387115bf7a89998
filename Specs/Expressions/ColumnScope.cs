using StreamGrains.Engine;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Specs.Expressions;

/// <summary>A column that expressions may name. Its type is null when a mistake elsewhere left it unknown; what uses it is then not judged.</summary>
internal sealed record ScopeColumn(string Name, int Index, ColumnType? Type, bool Nullable);

/// <summary>The columns that a step can see. Notes which of them it reads.</summary>
internal sealed class ColumnScope
{
    private readonly OrderedDictionary<string, ScopeColumn> columns = [];

    /// <summary>Columns in the order in which they came to be.</summary>
    public IEnumerable<ScopeColumn> Columns => columns.Values;

    /// <summary>Whether a mistake left the columns unknown; every name is then found, without a type.</summary>
    public bool Unknown { get; set; }

    /// <summary>Names that were looked up with success.</summary>
    public HashSet<string> Read { get; } = [];

    /// <summary>Adds a column; false when the name is taken.</summary>
    public bool TryAdd(ScopeColumn column) => columns.TryAdd(column.Name, column);

    /// <summary>The column of that name, which counts as read, or null.</summary>
    public ScopeColumn? Find(string name)
    {
        if (columns.TryGetValue(name, out var column)) Read.Add(name);
        return column ?? (Unknown ? new(name, -1, null, true) : null);
    }

    /// <summary>The column name nearest to what was written.</summary>
    public string? Nearest(string written) => NearestName.Of(written, columns.Keys);
}
