using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>A silo as users run it: a process of its own.</summary>
internal sealed partial class SiloProcess : IDisposable
{
    private const int Terminate = 15;

    private readonly Process process;
    private readonly List<string> output = [];
    private readonly HttpClient http;

    /// <summary>A silo of a cluster that Redis knows.</summary>
    public SiloProcess(string name, string redis, string kafka, string storage)
        : this(
            name,
            ["--StreamGrains:Cluster:Clustering=redis", $"--StreamGrains:Cluster:Connection={redis}", "--StreamGrains:Cluster:AdvertisedAddress=127.0.0.1", $"--StreamGrains:Kafka:Bootstrap={kafka}",
            $"--StreamGrains:Storage={storage}", $"--StreamGrains:Data={Path.Combine(storage, $"data-{name}")}", "--StreamGrains:Lanes=1"])
    {
    }

    /// <summary>A silo with these settings, alone unless they say otherwise.</summary>
    public SiloProcess(string name, string[] settings)
    {
        Name = name;
        var ports = FreePorts.Take(3);
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}"), Timeout = TimeSpan.FromSeconds(60) };
        process = Process.Start(Program([
            $"--Urls={http.BaseAddress}", $"--StreamGrains:Cluster:Name={name}", $"--StreamGrains:Cluster:SiloPort={ports[1]}", $"--StreamGrains:Cluster:GatewayPort={ports[2]}", .. settings]))!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    /// <summary>Runs a silo that ends by itself: its exit code, and all that it wrote.</summary>
    public static (int ExitCode, string Output) Run(params string[] settings)
    {
        using var process = Process.Start(Program(settings))!;
        var texts = new[] { process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync() };
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            Assert.Fail($"it did not end: {texts[0].Result}{texts[1].Result}");
        }
        return (process.ExitCode, texts[0].Result + texts[1].Result);
    }

    /// <summary>Answers when the silo is a member of the cluster.</summary>
    public void WaitUntilReady() => Await.That(() => Get(() => http.GetAsync("/health/ready").GetAwaiter().GetResult().IsSuccessStatusCode), $"{Name} is ready", () => Output);

    public SubmitAnswer Submit(string spec)
    {
        using var response = http.PostAsJsonAsync("/api/v1/jobs", new JobSubmission { Spec = spec }, ControlJson.Options).GetAwaiter().GetResult();
        var text = response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        Assert.True(response.IsSuccessStatusCode, $"{text}\n{Output}");
        return System.Text.Json.JsonSerializer.Deserialize<SubmitAnswer>(text, ControlJson.Options)!;
    }

    /// <summary>Asks for a change without a body.</summary>
    public void Post(string path)
    {
        using var response = http.PostAsync(path, null).GetAwaiter().GetResult();
        Assert.True(response.IsSuccessStatusCode, $"{response.Content.ReadAsStringAsync().GetAwaiter().GetResult()}\n{Output}");
    }

    /// <summary>The job's status; null while there is no answer.</summary>
    public JobStatus? Status(string job) => Get(() => http.GetFromJsonAsync<JobStatus>($"/api/v1/jobs/{job}", ControlJson.Options).GetAwaiter().GetResult());

    /// <summary>What the job keeps for a key; null while there is no answer with state.</summary>
    public QueryAnswer? Find(string job, string key) => Get(() => http.GetFromJsonAsync<QueryAnswer>($"/api/v1/jobs/{job}/keys/{key}", ControlJson.Options).GetAwaiter().GetResult());

    /// <summary>What the job said lately; empty while there is no answer.</summary>
    public IReadOnlyList<string> Log(string job) =>
        [.. (Get(() => http.GetFromJsonAsync<JobLogLine[]>($"/api/v1/jobs/{job}/log?most=1000", ControlJson.Options).GetAwaiter().GetResult()) ?? []).Select(l => l.Text)];

    /// <summary>What the Orleans dashboard shows of a grain; empty while there is no answer.</summary>
    public string Dashboard(string grain, string key) =>
        Get(() => http.GetStringAsync($"/dashboard/GrainState?grainId={Uri.EscapeDataString(key)}&grainType=StreamGrains.Grains.{grain}").GetAwaiter().GetResult()) ?? "";

    public string Output => string.Join('\n', Lines.TakeLast(80));

    /// <summary>All that it wrote.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (output) return [.. output]; }
    }

    /// <summary>What the API answers; a refusal as well.</summary>
    public string Ask(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using var response = http.SendAsync(request).GetAwaiter().GetResult();
        return response.Content.ReadAsStringAsync().GetAwaiter().GetResult();
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>SIGTERM, as Kubernetes stops it.</summary>
    public void Stop()
    {
        if (process.HasExited) return;
        Assert.Equal(0, Send(process.Id, Terminate));
        if (process.WaitForExit(TimeSpan.FromSeconds(40)))
        {
            process.WaitForExit();   // until the streams have ended, too
            return;
        }
        process.Kill();
        Assert.Fail($"{Name} did not stop:\n{Output}");
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
        http.Dispose();
    }

    private static ProcessStartInfo Program(params string[] settings)
    {
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var folder = Path.Combine(Repository.Root, "Silo/bin", configuration, "net10.0");
        return new ProcessStartInfo("dotnet", [Path.Combine(folder, "StreamGrains.Silo.dll"), .. settings]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    }

    private static T? Get<T>(Func<T?> question)
    {
        try
        {
            return question();
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return default;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (output) output.Add(line.Data);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
