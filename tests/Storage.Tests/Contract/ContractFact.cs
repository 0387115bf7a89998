using Xunit.Abstractions;
using Xunit.Sdk;

namespace StreamGrains.Storage.Tests;

/// <summary>A test of the contract: skipped, with a reason, in a class whose server cannot be had.</summary>
[XunitTestCaseDiscoverer("StreamGrains.Storage.Tests.ContractDiscoverer", "StreamGrains.Storage.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>On a class of tests: what they need.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class NeedsAttribute : Attribute
{
    /// <summary>Why the tests cannot run here, or null.</summary>
    public abstract string? Missing { get; }
}

/// <summary>Makes the test cases.</summary>
public sealed class ContractDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new ContractTestCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

/// <summary>A test case that looks at its class, which the attribute of an inherited method cannot.</summary>
public sealed class ContractTestCase : XunitTestCase
{
    /// <summary>For the runner, which makes the case from its serialized form.</summary>
    [Obsolete("for the runner")]
    public ContractTestCase()
    {
    }

    /// <summary>A test case.</summary>
    public ContractTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    /// <inheritdoc/>
    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttributes(typeof(NeedsAttribute), inherit: true).OfType<NeedsAttribute>()
            .Select(n => n.Missing).FirstOrDefault(m => m is not null)
        ?? base.GetSkipReason(factAttribute);
}
