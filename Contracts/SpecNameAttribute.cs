namespace StreamGrains.Contracts;

/// <summary>How a spec writes an enum member.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class SpecNameAttribute(string name) : Attribute
{
    /// <summary>The text in the spec.</summary>
    public string Name { get; } = name;
}
