using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace StreamGrains.Architecture.Tests;

public class TypeRules
{
    private const int MostParameters = 7;

    public static TheoryData<string> Assemblies() => new("Engine", "Contracts", "Kafka", "Onnx", "Storage", "Specs", "Runtime", "Control", "Server", "Composition", "Client", "Cli");

    [Theory, MemberData(nameof(Assemblies))]
    public void Constructors_take_at_most_seven_parameters_unless_they_only_hold_data(string assembly)
    {
        var offenders = TypesOf(assembly)
            .Where(type => !IsRecord(type))
            .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(constructor => constructor.GetParameters().Length > MostParameters)
            .Select(constructor => $"{constructor.DeclaringType} takes {constructor.GetParameters().Length}");
        Assert.Empty(offenders);
    }

    // A record is data, not a collaborator: it may have as many fields as what it describes.
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static IEnumerable<Type> TypesOf(string assembly) =>
        Assembly.Load(assembly == "Cli" ? "streamgrains" : $"StreamGrains.{assembly}").GetTypes().Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)));
}
