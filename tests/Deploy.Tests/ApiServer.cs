using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Deploy.Tests;

/// <summary>A Kubernetes API server on loopback, without nodes, started by the first test that asks and stopped at the end.</summary>
public sealed class ApiServer : IDisposable
{
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"streamgrains-apiserver-{Guid.NewGuid():N}");
    private readonly Lazy<string> kubeconfig;

    public ApiServer() => kubeconfig = new Lazy<string>(Start);

    /// <summary>What the tests that use it need.</summary>
    internal const string Script = "k8s", Server = "kube-apiserver", Client = "kubectl", Store = "etcd";

    /// <summary>Runs kubectl in the namespace, which admits only pods of the `restricted` standard.</summary>
    internal Tool.Outcome Kubectl(params string[] arguments) => Tool.Run(Client, ["--kubeconfig", kubeconfig.Value, "--namespace", Chart.Namespace, .. arguments]);

    /// <summary>`kubectl apply` of manifests, which is refused when a field is unknown.</summary>
    internal Tool.Outcome Apply(string manifests, params string[] arguments)
    {
        _ = kubeconfig.Value;
        var file = Path.Combine(directory, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, manifests);
        return Kubectl(["apply", "--validate=strict", "-f", file, .. arguments]);
    }

    public void Dispose()
    {
        if (!kubeconfig.IsValueCreated && !Directory.Exists(directory)) return;
        RunScript("stop", directory);
        Directory.Delete(directory, recursive: true);
    }

    private string Start()
    {
        Directory.CreateDirectory(directory);
        RunScript("start", directory, FreePort().ToString(CultureInfo.InvariantCulture));
        var file = Path.Combine(directory, "kubeconfig");
        var space = Path.Combine(directory, "namespace.yaml");
        File.WriteAllText(space, $$"""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: {{Chart.Namespace}}
              labels: { pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted }
            """);
        var made = Tool.Run(Client, "--kubeconfig", file, "apply", "-f", space);
        return made.Succeeded ? file : throw new InvalidOperationException(made.Errors);
    }

    private static void RunScript(params string[] arguments)
    {
        // The servers inherit the streams, so they must not be pipes that somebody waits on.
        using var process = Process.Start(new ProcessStartInfo("bash", [Tool.Find(Script)!, .. arguments]) { RedirectStandardInput = true, WorkingDirectory = Repository.Root })!;
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)) || process.ExitCode != 0) throw new InvalidOperationException($"{Script} {arguments[0]} did not succeed");
    }

    /// <summary>A port with two free ones behind it: etcd takes them.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port > 65_000) continue;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1);
                using var third = new TcpListener(IPAddress.Loopback, port + 2);
                second.Start();
                third.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try others.
            }
        }
    }
}
