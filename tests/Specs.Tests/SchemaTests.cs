using System.Globalization;
using System.Text.Json.Nodes;
using NJsonSchema;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Tests;

public class SchemaTests
{
    private static readonly string Published = Repository.PathOf("docs/job.schema.json");

    [Fact]
    public void The_published_schema_is_that_of_the_contract_types()
    {
        // STREAMGRAINS_WRITE_DOCS=1 writes it anew.
        if (Environment.GetEnvironmentVariable("STREAMGRAINS_WRITE_DOCS") == "1") File.WriteAllText(Published, JobSchema.Text());

        Assert.Equal(File.ReadAllText(Published), JobSchema.Text());
    }

    [Theory]
    [InlineData("samples/fraud/job.yaml")]
    [InlineData("samples/fraud/hourly.yaml")]
    [InlineData("samples/streams/job.yaml")]
    public async Task Every_sample_fits_the_schema(string file) => Assert.Empty(await Problems(File.ReadAllText(Repository.PathOf(file))));

    [Theory]
    [InlineData("steps:\n  - from: a\n    filter: b")]
    [InlineData("steps:\n  - fliter: b")]
    [InlineData("steps:\n  - to: { key: a }")]
    [InlineData("steps:\n  - to: { topic: a, stream: { provider: b, namespace: c, key: d } }")]
    [InlineData("steps:\n  - to: { stream: { provider: b, key: d } }")]
    [InlineData("steps: []\ncommit: { every: 5 minutes }")]
    [InlineData("steps: []\nguarantee: exactly")]
    [InlineData("steps: []\nsources: { a: { topic: t, fields: { x: duoble } } }")]
    public async Task The_schema_refuses_what_the_compiler_refuses(string text)
    {
        var spec = "job: a\n" + (text.Contains("sources:", StringComparison.Ordinal) ? "" : "sources: {}\n") + text;

        Assert.NotEmpty(await Problems(spec));
        Assert.NotEmpty(JobCompiler.Compile(spec, "job.yaml", [], null, "/").Errors);
    }

    private static async Task<IEnumerable<string>> Problems(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(await File.ReadAllTextAsync(Published));
        var errors = new SpecErrors("job.yaml");
        var json = Json(SpecReader.Read(new("job.yaml", yaml), errors)!)!.ToJsonString();
        return schema.Validate(json).Select(e => e.ToString());
    }

    /// <summary>YAML as an editor's schema check sees it.</summary>
    private static JsonNode? Json(SpecNode node) => node switch
    {
        MapNode map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key.Text, Json(e.Value)))),
        ListNode list => new JsonArray([.. list.Items.Select(Json)]),
        ScalarNode { Plain: true, Text: "true" or "false" } truth => truth.Text == "true",
        ScalarNode { Plain: true } number when double.TryParse(number.Text, CultureInfo.InvariantCulture, out var value) => value == Math.Floor(value) ? (long)value : value,
        ScalarNode scalar => scalar.Text,
        _ => null,
    };
}
