using System.Text;
using System.Text.Json;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Engine.Tests.Decode;

/// <summary>System.Text.Json is the judge of what is JSON and what it says.</summary>
public class JsonAgreementTests
{
    private static readonly SourceField[] Fields =
    [
        new("id", FieldKind.Long, FieldPlace.Value, true), new("amount", FieldKind.Double, FieldPlace.Value, true), new("ok", FieldKind.Bool, FieldPlace.Value, true),
        new("name", FieldKind.String, FieldPlace.Value, true), new("at", FieldKind.TimestampIso, FieldPlace.Value, true),
    ];

    private static readonly string[] Corpus =
    [
        "{}", "{\"id\":1}", "{\"id\":-9223372036854775808,\"amount\":1.5e-7,\"ok\":true,\"name\":\"x\",\"at\":\"2018-04-01T00:01:12.5+02:00\"}",
        "{\"name\":\"\\u00e9\\ud83d\\ude00 \\\\ \\\"\",\"more\":{\"a\":[1,2,{\"b\":null}],\"c\":\"\\t\"},\"id\":12}",
        " {\t\"a\" : [ ] , \"b\" : { } ,\n\"c\":[true,false,null,0,-0,1.25E+10]\r}", "[]", "[1]", "\"x\"", "0", "-", "01", "1.", ".5", "1e", "{\"a\":1,}", "{,}", "{\"a\"}", "{\"a\":}",
        "[1,]", "{\"id\":1}{}", "nul", "null", "{\"amount\":0.1,\"amount\":0.30000000000000004}", "{\"name\":\"a\u0001\"}", "{\"\":\"\"}", "{\"id\":1}\u0000",
    ];

    [Fact]
    public void The_scanner_takes_what_the_judge_takes_in_thirty_thousand_mutations()
    {
        var (good, bad) = (0, 0);
        for (var seed = 0; seed < 30_000; seed++)
        {
            var bytes = Mutate(new Random(seed));
            var json = new JsonScanner(bytes);
            var taken = System.Text.Unicode.Utf8.IsValid(bytes) && json.TrySkipValue() && AtEnd(ref json);
            Assert.True(Judge(bytes) == taken, $"seed {seed}: {Encoding.UTF8.GetString(bytes)} judge {Judge(bytes)}, scanner {taken}");
            if (taken) good++;
            else bad++;
        }
        Assert.True(good > 3000 && bad > 3000, $"{good} good, {bad} bad");
    }

    [Fact]
    public void Fifty_thousand_altered_records_never_throw_and_what_decodes_has_the_judges_values()
    {
        var decoding = new Decoding(JsonFormat.Instance, Fields);
        var decoded = 0;
        for (var seed = 0; seed < 50_000; seed++)
        {
            var bytes = Mutate(new Random(seed));
            var values = decoding.Of(bytes);
            if (values.Length == 1) continue;
            decoded++;
            Assert.True(Judge(bytes), $"seed {seed}: {Encoding.UTF8.GetString(bytes)}");
            Assert.Equal(Expected(bytes), values);
        }
        Assert.True(decoded > 5000, $"{decoded} decoded");
    }

    private static object?[] Expected(byte[] bytes)
    {
        // Of a member that comes twice the last one counts: that is the judge's rule, too.
        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 65 });
        var root = document.RootElement;
        object? Get(string name, Func<JsonElement, object?> read) => root.TryGetProperty(name, out var v) && v.ValueKind != JsonValueKind.Null ? read(v) : null;
        return
        [
            Get("id", v => v.GetInt64()), Get("amount", v => v.GetDouble()),
            Get("ok", v => v.ValueKind == JsonValueKind.Number ? v.GetRawText().TrimStart('-').Trim('0') == "1" || v.GetInt64() == 1 : v.GetBoolean()),
            Get("name", v => v.GetString()),
            Get("at", v => IsoTime.TryParse(Encoding.UTF8.GetBytes(v.GetString()!), out var time) ? time : "not a time"),
        ];
    }

    private static bool AtEnd(ref JsonScanner json)
    {
        json.SkipSpace();
        return json.AtEnd;
    }

    private static bool Judge(byte[] bytes)
    {
        // The reader itself does not look into strings for broken UTF-8.
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) return false;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 64 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Mutate(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Corpus[random.Next(Corpus.Length)]).ToList();
        for (var change = random.Next(0, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0: bytes.Insert(at, (byte)"{}[]\",:\\0123456789eE+-.truefalsn u\t\n"[random.Next(36)]); break;
                case 1 when at < bytes.Count: bytes.RemoveAt(at); break;
                case 2 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 3 when at < bytes.Count: bytes[at] ^= 1; break;
                default: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 0).Concat(bytes.Skip(at).Take(random.Next(6))).ToList()); break;
            }
        }
        return [.. bytes];
    }
}
