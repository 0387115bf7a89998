using System.Text.RegularExpressions;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Specs.Expressions;

/// <summary>
/// C# functions that the expressions of a job's spec may call beside the built-in ones, registered by the program that hosts the jobs. Arguments and results are <see cref="long"/>,
/// <see cref="double"/>, <see cref="bool"/>, <see cref="string"/> or <see cref="DateTimeOffset"/> (a timestamp).
/// </summary>
/// <remarks>
/// A function gives the same result for the same arguments, always and in every process of a cluster: after a failure rows are computed again. It is called by several threads at once and must
/// not block. A null argument gives null without a call; a result that is null, NaN or a text of more than 65536 characters, and a call that throws, give null. What a function computes belongs to the meaning of a
/// job's state, but nobody can see when it changes: give a function that computes something else another name.
/// </remarks>
public sealed partial class HostFunctions
{
    private readonly SortedDictionary<string, HostFunction> functions = new(StringComparer.Ordinal);

    /// <summary>Every name.</summary>
    public IEnumerable<string> Names => functions.Keys;

    /// <summary>Adds a function of one argument. Throws <see cref="ArgumentException"/> for a name that is taken or cannot be written, and for other types than those above.</summary>
    public HostFunctions Add<T, TResult>(string name, Func<T, TResult> function) =>
        Add<TResult>(name, [typeof(T)], (batch, a, row, target) => HostValue<TResult>.Write(batch, target, row, function(HostValue<T>.Read(batch, a[0], row))));

    /// <summary>Adds a function of two arguments; see <see cref="Add{T, TResult}"/>.</summary>
    public HostFunctions Add<T1, T2, TResult>(string name, Func<T1, T2, TResult> function) => Add<TResult>(
        name, [typeof(T1), typeof(T2)],
        (batch, a, row, target) => HostValue<TResult>.Write(batch, target, row, function(HostValue<T1>.Read(batch, a[0], row), HostValue<T2>.Read(batch, a[1], row))));

    /// <summary>Adds a function of three arguments; see <see cref="Add{T, TResult}"/>.</summary>
    public HostFunctions Add<T1, T2, T3, TResult>(string name, Func<T1, T2, T3, TResult> function) => Add<TResult>(
        name, [typeof(T1), typeof(T2), typeof(T3)],
        (batch, a, row, target) => HostValue<TResult>.Write(
            batch, target, row, function(HostValue<T1>.Read(batch, a[0], row), HostValue<T2>.Read(batch, a[1], row), HostValue<T3>.Read(batch, a[2], row))));

    internal HostFunction? Find(string name) => functions.GetValueOrDefault(name);

    private HostFunctions Add<TResult>(string name, Type[] parameters, RowFunction row)
    {
        if (!Writable().IsMatch(name)) throw new ArgumentException($"'{name}' is no name of a function: it begins with a letter or '_', and letters, digits and '_' follow", nameof(name));
        if (Functions.Names.Contains(name) || Aggregates.Names.Contains(name)) throw new ArgumentException($"'{name}' is a function of the language; give yours another name", nameof(name));
        if (!functions.TryAdd(name, new HostFunction(name, [.. parameters.Select(p => TypeOf(name, p))], TypeOf(name, typeof(TResult)), row)))
            throw new ArgumentException($"there is a function '{name}' already", nameof(name));
        return this;
    }

    private static ColumnType TypeOf(string name, Type type) =>
        type == typeof(long) ? ColumnType.Long
        : type == typeof(double) ? ColumnType.Double
        : type == typeof(bool) ? ColumnType.Bool
        : type == typeof(string) ? ColumnType.String
        : type == typeof(DateTimeOffset) ? ColumnType.Timestamp
        : throw new ArgumentException($"function '{name}' has a {type.Name}; its types are long, double, bool, string and DateTimeOffset", nameof(name));

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Writable();
}

/// <summary>One function of the host's.</summary>
internal sealed record HostFunction(string Name, ColumnType[] Parameters, ColumnType Result, RowFunction Row)
{
    /// <summary><c>risk_band(double)</c>.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Parameters.Select(p => p.Word()))})";
}
