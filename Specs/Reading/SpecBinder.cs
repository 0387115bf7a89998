using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;
using StreamGrains.Engine;

namespace StreamGrains.Specs.Reading;

/// <summary>
/// Turns nodes into contract records and notes where each value stands. What is missing or wrong is reported and gets an empty value, so that
/// the compiler can go on and find the rest.
/// </summary>
public sealed class SpecBinder(SpecErrors errors)
{
    /// <summary>The whole spec, or null when the text is not one at all.</summary>
    public JobSpec? Bind(SpecNode root)
    {
        if (root is MapNode) return (JobSpec)Value(typeof(JobSpec), root, "");
        errors.Place("", root);
        errors.Add("", $"a spec is named values, starting with a line such as 'job: card-fraud'; this is {root.Kind}");
        return null;
    }

    private object Value(Type type, SpecNode node, string path, ScalarNode? key = null)
    {
        errors.Place(path, node, key);
        if (SpecShape.ListItem(type) is { } item) return List(item, node, path);
        if (SpecShape.MapValue(type) is { } value) return Map(type, value, node, path);
        if (type.IsClass && type != typeof(string)) return Record(type, node, path);
        return node is ScalarNode { IsNull: false } scalar ? Scalar(type, scalar, path) : Missing(type, path, $"expected {Expected(type)}, found {node.Kind}");
    }

    private object Scalar(Type type, ScalarNode node, string path)
    {
        var text = node.Text;
        if (type == typeof(string)) return text;
        if (type.IsEnum) return Choice(type, text, path);
        if (type == typeof(TimeSpan)) return DurationText.TryParse(text, out var duration) ? (object)duration : Wrong();
        if (type == typeof(bool)) return text is "true" or "false" ? (object)(text == "true") : Wrong();
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return Wrong();
        if (type == typeof(long)) return number;
        return number is >= int.MinValue and <= int.MaxValue ? (object)(int)number : Wrong();

        object Wrong() => Missing(type, path, $"'{SpecErrors.Shown(text)}' is not {Expected(type)}");
    }

    private object Choice(Type type, string text, string path)
    {
        var names = SpecShape.NamesOf(type);
        foreach (var (name, value) in names)
            if (name == text) return value;
        var choices = names.Select(n => n.Name).ToList();
        errors.AddChoice(path, text, choices);
        return Empty(type);
    }

    private object Record(Type type, SpecNode node, string path)
    {
        if (node is ScalarNode { IsNull: false } scalar && Shorthand(type, scalar, path) is { } shorthand) return shorthand;
        var record = Empty(type);
        if (node is not MapNode map)
        {
            errors.Add(path, $"expected {Expected(type)}, found {(node is ScalarNode { IsNull: false } s ? $"'{SpecErrors.Shown(s.Text)}'" : node.Kind)}");
            return record;
        }
        var shape = SpecShape.Of(type);
        foreach (var (key, value) in map.Entries)
        {
            var member = shape.Members.FirstOrDefault(m => m.Name == key.Text);
            if (member is not null) member.Property.SetValue(record, Value(member.Type, value, Join(path, key.Text), key));
            else Unknown(type, key, path);
        }
        foreach (var member in shape.Members)
            if (member.Required && map.Entries.All(e => e.Key.Text != member.Name))
                errors.Add(Join(path, member.Name), $"'{member.Name}' is missing here");
        return record;
    }

    private void Unknown(Type type, ScalarNode key, string path)
    {
        var step = type == typeof(StepSpec);
        errors.Add(key.Source, key.Start,
            $"unknown {(step ? "step" : "field")} '{SpecErrors.Shown(key.Text)}'", NearestName.Of(key.Text, SpecShape.Of(type).Members.Select(m => m.Name)));
        if (step) errors.Silence(path);
    }

    private object? Shorthand(Type type, ScalarNode node, string path)
    {
        if (type == typeof(LateSpec)) return node.Text == "drop" ? new LateSpec() : null;
        if (type != typeof(FieldSpec)) return null;
        var optional = node.Text.EndsWith('?');
        return new FieldSpec { Type = (FieldType)Choice(typeof(FieldType), optional ? node.Text[..^1] : node.Text, path), Optional = optional };
    }

    private object List(Type item, SpecNode node, string path)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        if (node is not ListNode items) errors.Add(path, $"expected a list, found {node.Kind}");
        else
            for (var i = 0; i < items.Items.Count; i++) list.Add(Value(item, items.Items[i], $"{path}[{i}]"));
        return list;
    }

    private object Map(Type type, Type value, SpecNode node, string path)
    {
        var map = (IDictionary)Activator.CreateInstance(type)!;
        if (node is not MapNode entries) errors.Add(path, $"expected names with values, found {node.Kind}");
        else
            foreach (var (key, entry) in entries.Entries) map[key.Text] = Value(value, entry, Join(path, key.Text), key);
        return map;
    }

    private object Missing(Type type, string path, string message)
    {
        errors.Add(path, message);
        return Empty(type);
    }

    /// <summary>A value with nothing in it: empty text, list and map, zero, the first choice.</summary>
    private static object Empty(Type type)
    {
        if (type == typeof(string)) return "";
        if (SpecShape.ListItem(type) is { } item) return Array.CreateInstance(item, 0);
        if (type.IsValueType) return RuntimeHelpers.GetUninitializedObject(type);
        var value = Activator.CreateInstance(type)!;
        if (SpecShape.MapValue(type) is not null) return value;
        foreach (var member in SpecShape.Of(type).Members)
            if (member.Required) member.Property.SetValue(value, Empty(member.Type));
        return value;
    }

    private static string Expected(Type type) => type switch
    {
        _ when type == typeof(string) => "a text",
        _ when type == typeof(TimeSpan) => "a duration such as 100ms, 30s, 5m, 1h or 7d",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(FieldSpec) => "a type such as long or double?, or { type: long, ... }",
        _ when type == typeof(LateSpec) => "drop or { topic: name }",
        _ when type.IsPrimitive => "a whole number",
        _ when type.IsEnum => "one of " + string.Join(", ", SpecShape.NamesOf(type).Select(n => n.Name)),
        _ => "named values: " + string.Join(", ", SpecShape.Of(type).Members.Select(m => m.Name)),
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
