using System.Text;
using StreamGrains.Contracts;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Specs.Steps;

/// <summary>The text of an explanation while it is written: items with a name in the margin, one or more lines each.</summary>
/// <param name="models">Opens the models to name their inputs and outputs; null leaves those out.</param>
/// <param name="partitions">Partitions by topic, as far as known; null leaves them out.</param>
internal sealed class Explanation(IModelCatalog? models, IReadOnlyDictionary<string, int>? partitions)
{
    private const int Margin = 11;

    private readonly StringBuilder text = new();

    /// <summary>Opens models; null where none are to be opened.</summary>
    public IModelCatalog? Models => models;

    public void Line(string line) => text.Append(line).Append('\n');

    public void Item(string name, string line) => Line($"  {name.PadRight(Margin - 2)} {line}");

    public void More(string line) => Item("", line);

    public void Items(string name, IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Item(name, line);
            name = "";
        }
    }

    /// <summary>A topic with its number of partitions, if that is known.</summary>
    public string Topic(string name) =>
        partitions is not null && partitions.TryGetValue(name, out var count) ? $"{name} ({count} partition{(count == 1 ? "" : "s")})" : name;

    /// <summary>Name and type of a column.</summary>
    public static string Column(RowLayout layout, int index) => $"{layout.Columns[index].Name} {layout.Columns[index].Type.Word()}";

    public static string Names(RowLayout layout, IEnumerable<int> columns) => string.Join(", ", columns.Select(c => layout.Columns[c].Name));

    public static string Time(long milliseconds) => DurationText.Format(milliseconds);

    public override string ToString() => text.ToString();
}
