using System.Globalization;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Simulation.Client;

/// <summary>What a request is, in words that are only made when somebody wants to read them.</summary>
/// <param name="Words">With {0} for the slice and {1}, {2} for the numbers.</param>
/// <param name="Slice">A partition.</param>
/// <param name="A">A number.</param>
/// <param name="B">Another.</param>
internal readonly record struct What(string Words, TopicPartition Slice = default, long A = 0, long B = 0)
{
    /// <summary>Who asks; empty for nobody in particular.</summary>
    public string Who { get; init; } = "";

    public override string ToString() => Who + string.Format(CultureInfo.InvariantCulture, Words, Slice, A, B);
}
