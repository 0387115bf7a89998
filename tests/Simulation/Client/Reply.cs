using StreamGrains.Simulation.Broker;

namespace StreamGrains.Simulation.Client;

/// <summary>The broker's answer: a code, and with <see cref="Code.None"/> a value.</summary>
internal readonly record struct Reply<T>(Code Code, T Value)
{
    public override string ToString() => Code == Code.None ? "ok" : Code.ToString();
}
