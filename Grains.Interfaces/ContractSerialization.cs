using Orleans.Serialization;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Grains.Interfaces;

/// <summary>How contract types travel between silos and clients.</summary>
public static class ContractSerialization
{
    /// <summary>Types of StreamGrains.Contracts travel as the JSON of the control API. Every silo and every Orleans client of the cluster needs this.</summary>
    public static ISerializerBuilder AddStreamGrains(this ISerializerBuilder serializer) => serializer.AddJsonSerializer(IsContract, ControlJson.Options);

    private static bool IsContract(Type type) => type.Namespace is { } name && name.StartsWith("StreamGrains.Contracts", StringComparison.Ordinal);
}
