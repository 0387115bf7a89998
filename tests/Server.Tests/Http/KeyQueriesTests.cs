using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Server.Http;

namespace StreamGrains.Server.Tests.Http;

public sealed class KeyQueriesTests : IAsyncLifetime, IDisposable
{
    private static readonly KeyState State = new(
        "window-1", 1, 3, DateTimeOffset.UnixEpoch, new Dictionary<string, double?> { ["n"] = 2, ["least"] = null },
        [new WindowState(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1), new Dictionary<string, double?> { ["sum"] = 0.5 })]);

    private readonly HttpClient http = new();
    private WebApplication app = null!;
    private string? asked;
    private Answer<QueryAnswer> answer = QueryAnswer.UnknownKey;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(o => ControlJson.Apply(o.SerializerOptions));
        var jobs = DispatchProxy.Create<IJobControl, Jobs>();
        ((Jobs)(object)jobs).Query = key =>
        {
            asked = key;
            return answer;
        };
        builder.Services.AddSingleton(jobs);
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        KeyQueries.Map(app.MapGroup("/api/v1"));
        await app.StartAsync();
        http.BaseAddress = new Uri(app.Urls.Single());
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task What_is_found_comes_as_the_answer_with_what_has_no_value_as_null()
    {
        answer = new QueryAnswer(QueryOutcome.Found, [State]);
        var text = await http.GetStringAsync("/api/v1/jobs/payments/keys/42");
        Assert.Contains("\"least\":null", text, StringComparison.Ordinal);
        var read = System.Text.Json.JsonSerializer.Deserialize<QueryAnswer>(text, ControlJson.Options)!;
        Assert.Equal((QueryOutcome.Found, false), (read.Outcome, read.Partial));
        var state = Assert.Single(read.States);
        Assert.Equal((State.Step, State.Stage, State.Partition, State.Watermark), (state.Step, state.Stage, state.Partition, state.Watermark));
        Assert.Equal(State.Values, state.Values);
        Assert.Equal(State.Windows[0].Values, Assert.Single(state.Windows).Values);
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("Z%C3%BCrich%20Nord", "Zürich Nord")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a+b%3F%23?x=1", "a+b?#")]
    public async Task A_key_arrives_as_it_was_sent(string sent, string key)
    {
        using var response = await http.GetAsync($"/api/v1/jobs/payments/keys/{sent}");
        Assert.Equal(key, asked);
    }

    [Fact]
    public async Task A_key_without_state_is_a_problem_that_names_job_and_key()
    {
        using var response = await http.GetAsync("/api/v1/jobs/payments/keys/42");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("job 'payments' has no state for key '42'", await Detail(response));
    }

    [Fact]
    public async Task A_key_whose_slot_moves_is_to_be_asked_for_again()
    {
        answer = QueryAnswer.Moving;
        using var response = await http.GetAsync("/api/v1/jobs/payments/keys/42");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal("a slot of job 'payments' that may hold key '42' is being opened, replayed or handed over: ask again in a moment", await Detail(response));
    }

    [Theory]
    [InlineData(RefusalKind.NotFound, HttpStatusCode.NotFound, false)]
    [InlineData(RefusalKind.Invalid, HttpStatusCode.BadRequest, false)]
    [InlineData(RefusalKind.Conflict, HttpStatusCode.Conflict, false)]
    [InlineData(RefusalKind.Unavailable, HttpStatusCode.ServiceUnavailable, true)]
    public async Task A_refusal_keeps_its_words(RefusalKind kind, HttpStatusCode status, bool again)
    {
        answer = Refusal.Of(kind, "because");
        using var response = await http.GetAsync("/api/v1/jobs/payments/keys/42");
        Assert.Equal((status, again, "because"), (response.StatusCode, response.Headers.RetryAfter is not null, await Detail(response)));
    }

    private static async Task<string> Detail(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!["detail"]!.GetValue<string>();

    /// <summary>Answers queries, and nothing else.</summary>
    public class Jobs : DispatchProxy
    {
        public Func<string, Answer<QueryAnswer>> Query { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IJobControl.Query)
            ? Task.FromResult(Query((string)args![1]!))
            : throw new InvalidOperationException($"{targetMethod.Name} is not asked for here");
    }
}
