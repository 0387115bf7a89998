using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using StreamGrains.Contracts.Control;
using StreamGrains.Kafka.Tests;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>A silo as users run it: a process of its own.</summary>
internal sealed partial class SiloProcess : IDisposable
{
    private const int Terminate = 15;

    private readonly Process process;
    private readonly List<string> output = [];
    private readonly HttpClient http;

    public SiloProcess(string name, string redis, string kafka, string storage)
    {
        Name = name;
        var ports = FreePorts.Take(3);
        http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}"), Timeout = TimeSpan.FromSeconds(60) };
        var start = Program();
        Set(start, "Urls", http.BaseAddress.ToString());
        Set(start, "StreamGrains__Cluster__Name", name);
        Set(start, "StreamGrains__Cluster__Clustering", "redis");
        Set(start, "StreamGrains__Cluster__Connection", redis);
        Set(start, "StreamGrains__Cluster__AdvertisedAddress", "127.0.0.1");
        Set(start, "StreamGrains__Cluster__SiloPort", ports[1].ToString(CultureInfo.InvariantCulture));
        Set(start, "StreamGrains__Cluster__GatewayPort", ports[2].ToString(CultureInfo.InvariantCulture));
        Set(start, "StreamGrains__Kafka__Bootstrap", kafka);
        Set(start, "StreamGrains__Storage", storage);
        Set(start, "StreamGrains__Data", Path.Combine(storage, $"data-{name}"));
        Set(start, "StreamGrains__Lanes", "1");
        process = Process.Start(start)!;
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

    public string Output
    {
        get { lock (output) return string.Join('\n', output.TakeLast(80)); }
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
        if (process.WaitForExit(TimeSpan.FromSeconds(40))) return;
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

    private static void Set(ProcessStartInfo start, string name, string value) => start.Environment[name] = value;

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
