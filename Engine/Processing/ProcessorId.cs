namespace StreamGrains.Engine.Processing;

/// <summary>Names a partition processor within its job.</summary>
/// <param name="Stage">Index of the stage.</param>
/// <param name="Partition">Partition of the stage's input topic.</param>
public readonly record struct ProcessorId(int Stage, int Partition)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Stage}-{Partition}";
}
