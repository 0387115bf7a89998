namespace StreamGrains.Engine.Columns;

/// <summary>The types a value of a row can have.</summary>
public enum ColumnType : byte
{
    /// <summary>64-bit signed integer.</summary>
    Long = 1,

    /// <summary>IEEE 754 double.</summary>
    Double = 2,

    /// <summary>True or false.</summary>
    Bool = 3,

    /// <summary>UTF-8 text.</summary>
    String = 4,

    /// <summary>Milliseconds since 1970-01-01T00:00:00Z.</summary>
    Timestamp = 5,
}

/// <summary>Name and type of one column of a <see cref="RowLayout"/>.</summary>
/// <param name="Name">As the spec writes it.</param>
/// <param name="Type">Type of every value.</param>
/// <param name="Nullable">Whether a row may hold no value here.</param>
public sealed record ColumnDef(string Name, ColumnType Type, bool Nullable = false);

/// <summary>The columns that a batch carries between two points of a stage; a column is named by its index everywhere else.</summary>
public sealed record RowLayout(IReadOnlyList<ColumnDef> Columns)
{
    /// <summary>Index of the column called <paramref name="name"/>, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name == name) return i;
        return -1;
    }
}
