using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli;

/// <summary>The usual help, then examples of the command that was asked about.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["run"] =
        [
            "streamgrains run samples/fraud/job.yaml --bootstrap localhost:9092",
            "streamgrains run job.yaml --bootstrap localhost:9092 --until-end --set commit.every=1s",
            "streamgrains run job.yaml --bootstrap b1:9093,b2:9093 --kafka security.protocol=SASL_SSL --kafka sasl.mechanism=SCRAM-SHA-512",
            "streamgrains run job.yaml --bootstrap localhost:9092 --members --storage s3://snapshots/fraud?region=eu-central-1",
        ],
        ["validate"] = ["streamgrains validate job.yaml", "streamgrains validate job.yaml --set steps.score.model=other.onnx"],
        ["explain"] = ["streamgrains explain job.yaml", "streamgrains explain job.yaml --bootstrap localhost:9092"],
        ["topics"] = ["streamgrains topics job.yaml --bootstrap localhost:9092", "streamgrains topics job.yaml --bootstrap localhost:9092 --create"],
        ["reset"] = ["streamgrains reset job.yaml --bootstrap localhost:9092", "streamgrains reset job.yaml --bootstrap localhost:9092 --storage s3://snapshots/fraud --savepoints"],
        ["produce"] =
        [
            "streamgrains produce transactions.csv.gz --bootstrap localhost:9092 --topic transactions --key CUSTOMER_ID --time TX_DATETIME",
            "streamgrains produce events.jsonl --bootstrap localhost:9092 --topic events --rate 5000",
        ],
        ["serve"] =
        [
            "streamgrains serve --bootstrap localhost:9092",
            "streamgrains serve --bootstrap b1:9093 --url http://127.0.0.1:9000 --models /srv/models --config server.json",
        ],
        ["submit"] = ["streamgrains submit job.yaml", "streamgrains submit job.yaml --dry-run", "streamgrains submit job.yaml --set commit.every=1s --server http://streams:8080 --api-key-file key.txt"],
        ["jobs"] = ["streamgrains jobs", "streamgrains jobs --output json"],
        ["status"] = ["streamgrains status card-fraud", "streamgrains status card-fraud --watch", "streamgrains status card-fraud --output json | jq .totals.lag"],
        ["logs"] = ["streamgrains logs card-fraud", "streamgrains logs card-fraud --follow"],
        ["query"] = ["streamgrains query card-fraud --key 4711", "streamgrains query card-fraud --key 4711 --output json | jq .states"],
        ["stop"] = ["streamgrains stop card-fraud", "streamgrains stop card-fraud --savepoint"],
        ["start"] = ["streamgrains start card-fraud"],
        ["restart"] = ["streamgrains restart card-fraud", "streamgrains restart card-fraud --from latest"],
        ["scale"] = ["streamgrains scale card-fraud 8"],
        ["savepoint"] = ["streamgrains savepoint card-fraud", "streamgrains savepoint card-fraud --keep 5", "streamgrains savepoint card-fraud --output json | jq -r .id"],
        ["savepoints"] = ["streamgrains savepoints card-fraud"],
        ["remove-savepoint"] = ["streamgrains remove-savepoint card-fraud 20260704T120000.000Z", "streamgrains remove-savepoint card-fraud --keep 5"],
        ["spec"] = ["streamgrains spec card-fraud > job.yaml", "streamgrains spec card-fraud --diff", "streamgrains spec card-fraud --diff --from 3 --revision 5"],
        ["revisions"] = ["streamgrains revisions card-fraud"],
        ["models"] = ["streamgrains models", "streamgrains models --output json | jq -r '.[] | select(.jobs == []).sha256'"],
        ["remove-model"] = ["streamgrains remove-model 5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"],
        ["remove"] = ["streamgrains remove card-fraud"],
        ["demo"] = ["streamgrains demo", "streamgrains demo --events 200000 | cat", "streamgrains demo --bootstrap localhost:9092 --data transactions.csv.gz"],
    };

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        var examples = command is RootCommand root ? root.Subcommands.Select(c => Examples[c.Name][0]) : Examples[command.Name];
        output.WriteLine("Examples:");
        foreach (var example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCode.All) output.WriteLine($"  {code,-4}{meaning}");
        return result;
    }
}
