using System.CommandLine;
using Spectre.Console;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>models</c> lists the models that were uploaded to a server, <c>remove-model</c> removes one.</summary>
internal static class ModelsCommand
{
    public static Command List()
    {
        var server = new ServerOptions();
        var command = new Command("models", "Lists the model files that were uploaded to a server, with the jobs that use them");
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var models = remote.Client.UploadedModelsAsync(stop.Token).GetAwaiter().GetResult();
            if (server.Json(parsed)) Console.WriteLine(remote.LastAnswer);
            else if (models.Count == 0) Report.Notice($"no model was uploaded to the server at {remote.Address.GetLeftPart(UriPartial.Authority)}; `streamgrains submit` uploads those of its job");
            else Print(models);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Remove()
    {
        var server = new ServerOptions();
        var model = new Argument<string>("MODEL") { Description = "Hash of the model's content, as `streamgrains models` lists it" };
        server.CompleteModels(model);
        var command = new Command("remove-model", "Removes an uploaded model file that no job uses") { model };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var removed = remote.Client.RemoveModelAsync(parsed.GetValue(model)!, stop.Token).GetAwaiter().GetResult();
            Console.WriteLine(server.Json(parsed) ? remote.LastAnswer : $"model {removed.Sha256} is removed");
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<StoredModel> models)
    {
        var table = Tables.WithColumns("MODEL", ">SIZE", "JOBS");
        foreach (var m in models) table.AddRow(m.Sha256, Figure.Bytes(m.Bytes), m.Jobs.Count == 0 ? "-" : string.Join(", ", m.Jobs).EscapeMarkup());
        Tables.Print(table);
    }
}
