using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests.Support;

/// <summary>Requests as nobody should send them: the usual ones with parts exchanged, cut, repeated and blown up. The same random numbers give the same requests. Owner: one test.</summary>
internal sealed class HostileRequests(Random random)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"];

    private static readonly string[] Names =
    [
        "spending", "", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX:%20y", "a%2fb", "%ff%fe", "%u0041", "%F0%9F%92%A5", "%ED%A0%80", "con", "a b", "'%20or%201=1", "<script>",
        "{job}", "*", "~", "%", "%%", "\\..\\..", "a;b", "a?b", "a#b", new('a', 3000), "%252e%252e", "-1", "spending/", "spending//log", "é", "\u0001",
    ];

    private static readonly string[] Paths =
        ["/api/v1/jobs", "/api/v1/jobs/{0}", "/api/v1/jobs/{0}/stop", "/api/v1/jobs/{0}/start", "/api/v1/jobs/{0}/log", "/api/v1/jobs/{0}/models", "/api/v1/jobs/{0}/spec", "/api/v1/jobs/{0}/revisions", "/api/v1/jobs/x/revisions/{0}", "/api/v1/jobs/{0}/savepoints", "/api/v1/jobs/x/savepoints/{0}", "/api/v1/models", "/api/v1/models/{0}",
         "/openapi/{0}.json", "/metrics", "/health/{0}", "/{0}", "//{0}", "/api/v1/../{0}", "*", "http://other.example/{0}"];

    private static readonly string[] Queries =
        ["", "", "", "?after=-1", "?after=1e9", "?most=99999999999", "?most=5&most=6", "?after=%00", "?&&&=", "?most", "?most=%zz", "?a[]=1&b[x]=2", "?after=9223372036854775807", "?most=1.5", "?keep=0", "?keep=x", "?keep=99999999999"];

    private static readonly string[] Headers =
    [
        "Content-Type: application/json", "Content-Type: application/json", "Content-Type: application/json", "Content-Type: application/octet-stream", "Content-Type: text/plain",
        "Content-Type: application/json; charset=utf-7", "Content-Type: ", "Content-Type: a/b/c", "Content-Encoding: gzip", "Transfer-Encoding: chunked", "Expect: 100-continue", "Accept: */*;q=x",
        "Authorization: Bearer", "Authorization: Bearer \u0001", "Authorization: Basic Og==", "Origin: null", "Origin: http://evil.example", "If-Match: *", "Range: bytes=0-1,5-", "Cookie: a=b",
        "X-Forwarded-For: 10.0.0.1", "Connection: Upgrade", "Upgrade: websocket", "X: " + new string('x', 5000), "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999", ": empty",
    ];

    private static readonly string[] OddSpecs = ["null", "5", "[]", "\"\\ud800\"", "\"\\u0000\"", "true"];

    private static readonly string[] OddSets = ["null", "[null]", "[\"\"]", "[\"=\"]", "[\"a.b[999999999999].c=1\"]", "5"];

    private static readonly string[] OddModels = ["null", "{\"a\":null}", "{\"\":\"\"}", "[]"];

    private static readonly string[] Overrides =
        ["commit.every=1s", "=", "a", "steps[0]=5", "steps[-1].to=x", "job=[", "slots=99999999999", "sources.payments.fields={}", "job=" + new string('y', 5000)];

    private static readonly string[] ModelPaths = ["m.onnx", "", "/etc/passwd", "..", "a\0b", new('p', 5000)];

    private static readonly string[] Hosts = ["localhost", "localhost", "localhost", "127.0.0.1", "[::1]", "evil.example", "", "a b", "localhost:99999", "[::1", "..", "xn--"];

    /// <summary>The next request, its beginning for people, and whether all that it announces is there.</summary>
    public (string Text, byte[] Bytes, bool Complete) Next()
    {
        var body = Body();
        var head = new StringBuilder();
        head.Append(Of(Methods)).Append(' ').AppendFormat(CultureInfo.InvariantCulture, Of(Paths), Of(Names)).Append(Of(Queries));
        head.Append(random.Next(40) == 0 ? " HTTP/9.9\r\n" : " HTTP/1.1\r\n");
        if (random.Next(30) > 0) head.Append("Host: ").Append(Of(Hosts)).Append("\r\n");
        for (var i = random.Next(4); i > 0; i--) head.Append(Of(Headers)).Append("\r\n");
        var announced = random.Next(10) == 0 ? body.Length + random.Next(-5, 500) : body.Length;
        var complete = announced <= body.Length && random.Next(10) > 0 && !Says("Content-Length") && !Says("chunked");
        head.Append("Content-Length: ").Append(announced).Append("\r\n\r\n");
        var text = head.ToString();
        return (text + Encoding.Latin1.GetString(body.AsSpan(0, Math.Min(body.Length, 300))), [.. Encoding.UTF8.GetBytes(text), .. body], complete);

        bool Says(string header) => head.ToString().Contains(header, StringComparison.Ordinal);
    }

    private byte[] Body()
    {
        var bytes = Encoding.UTF8.GetBytes(random.Next(12) switch
        {
            0 => "",
            1 => string.Concat(Enumerable.Repeat("[", 20_000)),
            2 => $$"""{"spec":{{string.Concat(Enumerable.Repeat("{\"a\":", 5_000))}}""",
            3 => JsonSerializer.Serialize(new { spec = new string('[', 40_000) }),
            4 => JsonSerializer.Serialize(new { spec = string.Concat(Enumerable.Repeat("a: &a [*a,*a]\n", 500)) }),
            5 => JsonSerializer.Serialize(new { spec = new string('x', random.Next(1, 3 << 20)) }),
            6 => $$"""{"spec":{{Of(OddSpecs)}},"set":{{Of(OddSets)}},"models":{{Of(OddModels)}}}""",
            _ => JsonSerializer.Serialize(Submission(), ControlJson.Options),
        });
        return random.Next(3) == 0 ? Damaged(bytes) : bytes;
    }

    private JobSubmission Submission()
    {
        var spec = SampleJobs.Spending(Of(["spending", "other", "a/b", "..", new('n', 500)]), Of(["7d", "0d", "99999d", "-1d", "x"]), Of(["out", "\"\"", "a b", ".."]));
        return new JobSubmission
        {
            Spec = random.Next(3) == 0 ? Encoding.UTF8.GetString(Damaged(Encoding.UTF8.GetBytes(spec))) : spec,
            File = Of(["job.yaml", "", "../../x", "\0", new('f', 10_000)]),
            Set = random.Next(2) == 0 ? [] : [Of(Overrides)],
            Models = random.Next(2) == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { [Of(ModelPaths)] = Of([new('0', 64), "", "..", "/etc/passwd"]) },
        };
    }

    private byte[] Damaged(byte[] bytes)
    {
        if (bytes.Length == 0) return bytes;
        if (random.Next(2) == 0) return bytes[..random.Next(bytes.Length)];
        var copy = (byte[])bytes.Clone();
        for (var i = random.Next(1, 10); i > 0; i--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
        return copy;
    }

    private string Of(string[] choices) => choices[random.Next(choices.Length)];
}
