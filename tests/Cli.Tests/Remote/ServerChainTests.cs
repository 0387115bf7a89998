using System.Net;
using StreamGrains.Cli.Remote;

namespace StreamGrains.Cli.Tests.Remote;

public sealed class ServerChainTests
{
    private readonly List<string> asked = [];

    [Theory]
    [InlineData("GET", HttpRequestError.ResponseEnded, true)]
    [InlineData("POST", HttpRequestError.ResponseEnded, false)]
    [InlineData("DELETE", HttpRequestError.ResponseEnded, false)]
    [InlineData("POST", HttpRequestError.ConnectionError, true)]
    [InlineData("POST", HttpRequestError.NameResolutionError, true)]
    public async Task What_may_have_been_carried_out_is_not_sent_to_another(string method, HttpRequestError trouble, bool goesOn)
    {
        using var http = Client(host => host == "a" ? throw new HttpRequestException(trouble, "it broke") : new HttpResponseMessage());

        var call = http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "api/x?y=%2F"));

        if (goesOn) await call;
        else await Assert.ThrowsAsync<HttpRequestException>(() => call);
        Assert.Equal(goesOn ? ["http://a/api/x?y=%2F", "http://b/base/api/x?y=%2F"] : ["http://a/api/x?y=%2F"], asked);
    }

    [Fact]
    public async Task The_one_that_answered_is_asked_first_from_then_on()
    {
        using var http = Client(host => host == "a" ? throw new HttpRequestException(HttpRequestError.ConnectionError, "refused") : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));

        await http.GetAsync("x");
        await http.GetAsync("y");

        Assert.Equal(["http://a/x", "http://b/base/x", "http://b/base/y"], asked);
    }

    private HttpClient Client(Func<string, HttpResponseMessage> answer) =>
        new(new ServerChain([new Uri("http://a/"), new Uri("http://b/base/")], new Answering(uri =>
        {
            asked.Add(uri.AbsoluteUri);
            return answer(uri.Host);
        }))) { BaseAddress = new Uri("http://a/") };

    private sealed class Answering(Func<Uri, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(answer(request.RequestUri!));
            }
            catch (HttpRequestException failure)
            {
                return Task.FromException<HttpResponseMessage>(failure);
            }
        }
    }
}
