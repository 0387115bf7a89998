using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Azure.Storage.Blobs;

namespace StreamGrains.Storage.Tests;

/// <summary>Microsoft's emulator of Azure Storage, with one container; started when it is first asked for. It is installed once, into artifacts/azurite.</summary>
public sealed class Azurite : IDisposable
{
    /// <summary>The container.</summary>
    public const string Container = "snapshots";

    // The account that every emulator has; its key is published.
    private const string Account = "devstoreaccount1", Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly string Installed = Path.Combine(Repository.Root, "artifacts/azurite");
    private static readonly Lazy<string?> Problem = new(Install);

    private readonly string folder = Directory.CreateTempSubdirectory("streamgrains-azurite-").FullName;
    private readonly Lazy<(ServerProcess Process, string Connection)> server;

    /// <summary>An emulator that is not started yet.</summary>
    public Azurite() => server = new(Start);

    /// <summary>Why there is none, or null.</summary>
    public static string? Missing => Problem.Value;

    /// <summary>Its connection string.</summary>
    public string Connection => server.Value.Connection;

    /// <summary>Connection string of an emulator on a port.</summary>
    public static string ConnectionTo(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/{Account};");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (server.IsValueCreated) server.Value.Process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Script => Path.Combine(Installed, "node_modules/.bin/azurite-blob");

    private static string? Install()
    {
        if (File.Exists(Script)) return null;
        try
        {
            string[] install = ["install", "--prefix", Installed, "azurite", "--no-audit", "--no-fund", "--ignore-scripts"];
            var start = new ProcessStartInfo("npm", install) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var npm = Process.Start(start)!;
            npm.OutputDataReceived += (_, _) => { };
            npm.ErrorDataReceived += (_, _) => { };
            npm.BeginOutputReadLine();
            npm.BeginErrorReadLine();
            if (npm.WaitForExit(TimeSpan.FromMinutes(5))) return File.Exists(Script) ? null : "npm could not install azurite";
            npm.Kill(entireProcessTree: true);
            return "npm did not install azurite within five minutes";
        }
        catch (Win32Exception)
        {
            return "npm is missing, which brings azurite";
        }
    }

    private (ServerProcess, string) Start()
    {
        var port = ServerProcess.FreePort();
        string[] arguments =
        [
            "--blobHost", "127.0.0.1", "--blobPort", port.ToString(CultureInfo.InvariantCulture), "--location", folder, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
        ];
        var process = new ServerProcess(port, Script, arguments);
        var connection = ConnectionTo(port);
        new BlobContainerClient(connection, Container).CreateIfNotExists();
        return (process, connection);
    }
}

/// <summary>On tests that need the emulator.</summary>
internal sealed class NeedsAzuriteAttribute : NeedsAttribute
{
    public override string? Missing => Azurite.Missing;
}
