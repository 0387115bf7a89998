using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("StreamGrains.Cli.Tests.SuiteFramework", "StreamGrains.Cli.Tests")]

namespace StreamGrains.Cli.Tests;

/// <summary>The broker of all classes of the suite: it starts when the first test asks for it, and ends behind the last.</summary>
internal static class SuiteBroker
{
    private static readonly LazyBroker Broker = new();

    public static string Bootstrap => Broker.Bootstrap;

    public static void Stop() => Broker.Dispose();
}

/// <summary>xunit's framework, which tells the broker of the suite's end: a fixture of xunit's own is of one class, or of classes that run one after the other.</summary>
public sealed class SuiteFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) => new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages) : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override async void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(ITestAssembly assembly, IEnumerable<IXunitTestCase> cases, IMessageSink diagnostics, IMessageSink sink, ITestFrameworkExecutionOptions options)
        : XunitTestAssemblyRunner(assembly, cases, diagnostics, sink, options)
    {
        protected override Task BeforeTestAssemblyFinishedAsync()
        {
            SuiteBroker.Stop();
            return base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
