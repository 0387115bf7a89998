namespace StreamGrains.Storage;

/// <summary>Reads the text of a <see cref="StorageLocation"/>.</summary>
internal static class StorageUrl
{
    private const string Choices = "write a path, file:///PATH, s3://BUCKET/PREFIX, azure://CONTAINER/PREFIX or kafka:";

    private const int LongestScheme = 12;

    private static readonly string[] Schemes = ["file", "s3", "azure", "kafka"];

    /// <summary>What other tools call the same systems.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["s3a"] = "s3", ["s3n"] = "s3", ["minio"] = "s3", ["aws"] = "s3",
        ["az"] = "azure", ["azblob"] = "azure", ["blob"] = "azure", ["wasb"] = "azure", ["wasbs"] = "azure", ["abfs"] = "azure", ["abfss"] = "azure",
        ["dir"] = "file", ["directory"] = "file", ["disk"] = "file",
    };

    public static bool TryParse(string text, out StorageLocation? location, out string problem)
    {
        (location, problem) = Parse(text.Trim());
        return location is not null;
    }

    private static (StorageLocation? Location, string Problem) Parse(string text)
    {
        if (text.Length == 0) return No($"is empty: {Choices}");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // One letter and a colon is a drive.
        if (colon is <= 1 or > LongestScheme || !text[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.')) return Yes(new DirectoryLocation(text));
        var scheme = text[..colon];
        var question = text.IndexOf('?', colon);
        var rest = question < 0 ? text[(colon + 1)..] : text[(colon + 1)..question];
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in question < 0 ? [] : text[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !settings.TryAdd(item[..equals], Uri.UnescapeDataString(item[(equals + 1)..])))
                return No($"'{text}': settings read name=value&name=value, each name once, and '{item}' does not");
        }
        return scheme.ToLowerInvariant() switch
        {
            "file" => Settings(text, settings) ?? File(text, rest),
            "s3" => Settings(text, settings, "endpoint", "region") ?? S3(text, rest, settings),
            "azure" => Settings(text, settings) ?? Azure(text, rest),
            "kafka" => Settings(text, settings, "max") ?? Kafka(text, rest, settings),
            _ => No($"'{text}': there is no storage '{scheme}:'{Meant(scheme)}; {Choices}. A directory of that name is written ./{text}"),
        };
    }

    private static (StorageLocation?, string) File(string text, string rest)
    {
        if (rest.StartsWith("///", StringComparison.Ordinal)) rest = rest[2..];
        if (!rest.StartsWith('/') || rest.StartsWith("//", StringComparison.Ordinal)) return No($"'{text}': a directory reads file:///PATH with three slashes, or is a plain path");
        var path = Uri.UnescapeDataString(rest);
        // file:///C:/x is C:/x.
        return Yes(new DirectoryLocation(path.Length > 2 && path[2] == ':' && char.IsAsciiLetter(path[1]) ? path[1..] : path));
    }

    private static (StorageLocation?, string) S3(string text, string rest, Dictionary<string, string> settings)
    {
        if (!Split(rest, out var bucket, out var prefix)) return No($"'{text}': a bucket reads s3://BUCKET/PREFIX");
        if (bucket.AsSpan().ContainsAny('@', ':'))
            return No("credentials do not belong into a location, where process lists and logs show them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role hold them; "
                + "a server's address is ?endpoint=http://HOST:PORT");
        Uri? endpoint = null;
        if (settings.TryGetValue("endpoint", out var address)
            && (!Uri.TryCreate(address, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0 || endpoint.Query.Length > 0))
            return No($"'{text}': the endpoint '{address}' is no address such as http://127.0.0.1:9000");
        return Yes(new S3Location(bucket, prefix, endpoint, settings.GetValueOrDefault("region")));
    }

    private static (StorageLocation?, string) Azure(string text, string rest)
    {
        if (!Split(rest, out var container, out var prefix)) return No($"'{text}': a container reads azure://CONTAINER/PREFIX");
        return container.AsSpan().ContainsAny('@', ':', '.')
            ? No($"'{text}': the account is said in the environment ({AzureBlobStore.ConnectionVariable} or {AzureBlobStore.AccountVariable}), and the rest is azure://CONTAINER/PREFIX")
            : Yes(new AzureLocation(container, prefix));
    }

    private static (StorageLocation?, string) Kafka(string text, string rest, Dictionary<string, string> settings)
    {
        if (rest.Trim('/').Length > 0) return No($"'{text}': it is the job's own cluster and topic, so there is nothing to name: kafka: or kafka:?max=64MB");
        if (!settings.TryGetValue("max", out var written)) return Yes(new KafkaLocation());
        return ByteSize.TryParse(written, out var max) && max is > 0 and <= KafkaLocation.MostMaxBytes
            ? Yes(new KafkaLocation(max))
            : No($"'{text}': max is a size from 1KB to {ByteSize.Format(KafkaLocation.MostMaxBytes)}, such as 64MB");
    }

    private static bool Split(string rest, out string first, out string prefix)
    {
        var parts = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..].Split('/', 2) : [""];
        (first, prefix) = (parts[0], parts.Length > 1 ? parts[1].Trim('/') : "");
        return first.Length > 0;
    }

    private static (StorageLocation?, string)? Settings(string text, Dictionary<string, string> settings, params string[] known)
    {
        if (settings.Keys.FirstOrDefault(k => !known.Contains(k)) is not { } odd) return null;
        return No($"'{text}': there is no setting '{odd}' here; {(known.Length == 0 ? "it takes none" : $"there is {string.Join(" and ", known)}")}");
    }

    private static string Meant(string scheme)
    {
        var near = Aliases.GetValueOrDefault(scheme) ?? Schemes
            .Select(s => (Name: s, Distance: Distance(scheme.ToLowerInvariant(), s)))
            .Where(s => s.Distance <= 2 && s.Distance < s.Name.Length)
            .OrderBy(s => s.Distance).FirstOrDefault().Name;
        return near is null ? "" : $"; did you mean '{near}:'?";
    }

    // Levenshtein; schemes are short.
    private static int Distance(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0) return a.Length + b.Length;
        return a[0] == b[0] ? Distance(a[1..], b[1..]) : 1 + Math.Min(Distance(a[1..], b[1..]), Math.Min(Distance(a[1..], b), Distance(a, b[1..])));
    }

    private static (StorageLocation?, string) Yes(StorageLocation location) => (location, "");

    private static (StorageLocation?, string) No(string problem) => (null, problem);
}
