using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using StreamGrains.Contracts;

namespace StreamGrains.Specs.Reading;

/// <summary>How a contract type is written in a spec: its properties in snake case. The reader and the JSON schema share it.</summary>
internal sealed class SpecShape
{
    private static readonly ConcurrentDictionary<Type, SpecShape> Shapes = new();

    private SpecShape(Type type) => Members =
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => new SpecMember(p))];

    /// <summary>Properties in declared order.</summary>
    public IReadOnlyList<SpecMember> Members { get; }

    /// <summary>The shape of a contract record.</summary>
    public static SpecShape Of(Type type) => Shapes.GetOrAdd(type, static t => new SpecShape(t));

    /// <summary>The names of an enum's members, in declared order.</summary>
    public static IReadOnlyList<(string Name, object Value)> NamesOf(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (f.GetCustomAttribute<SpecNameAttribute>()!.Name, f.GetValue(null)!))];

    /// <summary>Item type when the type is a list.</summary>
    public static Type? ListItem(Type type) => Generic(type, typeof(IReadOnlyList<>), 0);

    /// <summary>Value type when the type is a map by name.</summary>
    public static Type? MapValue(Type type) => Generic(type, typeof(OrderedDictionary<,>), 1);

    private static Type? Generic(Type type, Type definition, int argument) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == definition ? type.GetGenericArguments()[argument] : null;
}

/// <summary>One property of a contract type.</summary>
internal sealed class SpecMember(PropertyInfo property)
{
    /// <summary>Name in the spec.</summary>
    public string Name { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>The property.</summary>
    public PropertyInfo Property { get; } = property;

    /// <summary>Type of the value, without the wrapper of an optional one.</summary>
    public Type Type { get; } = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

    /// <summary>Whether a spec must have it.</summary>
    public bool Required { get; } = property.IsDefined(typeof(RequiredMemberAttribute));
}
