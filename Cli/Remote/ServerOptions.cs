using System.CommandLine;
using System.CommandLine.Completions;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;

namespace StreamGrains.Cli.Remote;

/// <summary>Options of the commands that talk to a server, and what follows from them.</summary>
internal sealed class ServerOptions
{
    private const string DefaultAddress = "http://127.0.0.1:8080";
    private static readonly TimeSpan CompletionPatience = TimeSpan.FromSeconds(1);

    private readonly Option<string> server = new("--server", "-s")
    {
        Description = $"Address of the server, or several with commas between: the next is asked where one does not answer [default: {RemoteServer.AddressVariable}, else {DefaultAddress}]",
        HelpName = "URL",
        Validators =
        {
            r => { if (r.Tokens is [var token] && Wrong(token.Value) is { } wrong) r.AddError($"--server is an address such as {DefaultAddress}, and '{wrong}' is none"); },
        },
    };

    private readonly Option<string> keyFile = new("--api-key-file")
    {
        Description = $"File that holds the API key [default: the key in {RemoteServer.KeyVariable}, else none]",
        HelpName = "FILE",
    };

    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "table, or json: what the server answers, as it is",
        HelpName = "table|json",
        DefaultValueFactory = _ => "table",
    };

    public ServerOptions()
    {
        output.AcceptOnlyFromAmong("table", "json");
        Job.CompletionSources.Add(context => Names(context.ParseResult, async (client, stop) => (await client.ListAsync(stop)).Select(j => j.Job)));
    }

    /// <summary>The options, for a command.</summary>
    public IEnumerable<Option> All => [server, keyFile, output];

    /// <summary>The argument for a job's name, which completes to the names of the server's jobs.</summary>
    public Argument<string> Job { get; } = new("JOB") { Description = "Name of the job" };

    /// <summary>Has an option complete to the savepoints of the job.</summary>
    public void CompleteSavepoints(Option<string> option) => option.CompletionSources.Add(SavepointNames);

    /// <summary>The argument for a savepoint of the job, which completes to those that there are.</summary>
    public Argument<string?> Savepoint()
    {
        var savepoint = new Argument<string?>("SAVEPOINT") { Description = "Name of the savepoint, as `streamgrains savepoints` lists it", Arity = ArgumentArity.ZeroOrOne };
        savepoint.CompletionSources.Add(SavepointNames);
        return savepoint;
    }

    /// <summary>Has an argument complete to the models that were uploaded.</summary>
    public void CompleteModels(Argument<string> argument) =>
        argument.CompletionSources.Add(context => Names(context.ParseResult, async (client, stop) => (await client.UploadedModelsAsync(stop)).Select(m => m.Sha256)));

    /// <summary>Whether what the server answers is to be printed as it is.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(output) == "json";

    /// <summary>The server. Throws <see cref="CommandFailed"/> for an address that is none and a key file that cannot be read.</summary>
    public RemoteServer Connect(ParseResult parsed, TimeSpan? patience = null)
    {
        var set = Environment.GetEnvironmentVariable(RemoteServer.AddressVariable);
        var addresses = parsed.GetValue(server) ?? (set is { Length: > 0 } ? set : DefaultAddress);
        if (Wrong(addresses) is { } wrong) throw new CommandFailed(ExitCode.Usage, $"{RemoteServer.AddressVariable} is an address such as {DefaultAddress}, and '{wrong}' is none");
        return new RemoteServer(Each(addresses).Select(a => new Uri(a)), Key(parsed.GetValue(keyFile)), patience);
    }

    private IEnumerable<CompletionItem> SavepointNames(CompletionContext context) => Names(context.ParseResult, async (client, stop) =>
        context.ParseResult.GetResult(Job)?.Tokens is [var job] ? (await client.SavepointsAsync(job.Value, stop)).Select(s => s.Id) : []);

    private static string? Key(string? file)
    {
        var key = file is null ? Environment.GetEnvironmentVariable(RemoteServer.KeyVariable) : Loading.UserFile.ReadText(file);
        key = key?.Trim();
        if (file is not null && key is "") throw new CommandFailed(ExitCode.Usage, $"'{file}' is empty; it holds the API key");
        if (key?.Any(c => c is < '!' or > '~') == true)
            throw new CommandFailed(ExitCode.Usage, $"{(file is null ? RemoteServer.KeyVariable : $"'{file}'")} holds no API key: a key is one line of printable ASCII");
        return key is "" ? null : key;
    }

    private static string[] Each(string addresses) => addresses.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The first that is no address; null when all are.</summary>
    private static string? Wrong(string addresses) => Each(addresses).FirstOrDefault(a => !IsAddress(a));

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private IReadOnlyList<CompletionItem> Names(ParseResult parsed, Func<StreamGrainsClient, CancellationToken, Task<IEnumerable<string>>> ask)
    {
        try
        {
            using var patience = new CancellationTokenSource(CompletionPatience);
            using var connection = Connect(parsed, CompletionPatience);
            return [.. ask(connection.Client, patience.Token).GetAwaiter().GetResult().Select(name => new CompletionItem(name))];
        }
        catch (Exception silent) when (silent is StreamGrainsException or CommandFailed or OperationCanceledException)
        {
            // A shell that completes a word wants names or nothing.
            return [];
        }
    }
}
