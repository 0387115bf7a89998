using System.Text.RegularExpressions;

namespace StreamGrains.Kafka;

/// <summary>
/// Settings of Java's clients as librdkafka's: most have one name; those of keys, certificates and logins do not. What has no counterpart is refused with what to do, never left out. Pure.
/// </summary>
internal static partial class JavaSettings
{
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["ssl.truststore.certificates"] = "ssl.ca.pem",
        ["ssl.keystore.certificate.chain"] = "ssl.certificate.pem",
        ["ssl.keystore.key"] = "ssl.key.pem",
    };

    /// <summary>The same settings for librdkafka. Throws <see cref="ArgumentException"/> with what it cannot take.</summary>
    public static Dictionary<string, string> Translate(IReadOnlyDictionary<string, string> java)
    {
        var settings = new Dictionary<string, string>();
        foreach (var (key, value) in java)
        {
            switch (key)
            {
                case "sasl.jaas.config":
                    foreach (var (k, v) in Login(value)) settings[k] = v;
                    break;
                case "ssl.truststore.location":
                    settings["ssl.ca.location"] = Pem(java, "ssl.truststore", value, "keytool -exportcert -rfc -keystore TRUSTSTORE -alias ALIAS > ca.pem");
                    break;
                case "ssl.keystore.location" when java.GetValueOrDefault("ssl.keystore.type", "JKS").Equals("PKCS12", StringComparison.OrdinalIgnoreCase):
                    settings[key] = value;
                    break;
                case "ssl.keystore.location":
                    settings["ssl.certificate.location"] = settings["ssl.key.location"] =
                        Pem(java, "ssl.keystore", value, "keytool -importkeystore -srckeystore KEYSTORE -destkeystore key.p12 -deststoretype PKCS12, and say ssl.keystore.type=PKCS12 with key.p12");
                    break;
                case "ssl.truststore.type" or "ssl.keystore.type":
                    break;
                case "ssl.endpoint.identification.algorithm":
                    settings[key] = value.Length == 0 ? "none" : value;
                    break;
                case "sasl.login.callback.handler.class":
                    if (!value.EndsWith(".OAuthBearerLoginCallbackHandler", StringComparison.Ordinal)) throw new ArgumentException($"'{key}' is code for Java: of such handlers only Kafka's own OAuthBearerLoginCallbackHandler has a counterpart here");
                    settings["sasl.oauthbearer.method"] = "oidc";
                    break;
                default:
                    settings[Renamed.GetValueOrDefault(key, key)] = value;
                    break;
            }
        }
        return settings;
    }

    private static string Pem(IReadOnlyDictionary<string, string> java, string store, string path, string how) =>
        java.GetValueOrDefault($"{store}.type", "JKS").Equals("PEM", StringComparison.OrdinalIgnoreCase)
            ? path
            : throw new ArgumentException($"'{store}.location' is a {java.GetValueOrDefault($"{store}.type", "JKS")} file, which librdkafka does not read: make a PEM file of it ({how}), and say {store}.type=PEM");

    private static IEnumerable<(string Key, string Value)> Login(string jaas)
    {
        var module = Module().Match(jaas);
        var options = Option().Matches(jaas).ToDictionary(m => m.Groups[1].Value, m => Escape().Replace(m.Groups[2].Value, "$1"));
        (string From, string To)[] names = module.Groups[1].Value switch
        {
            "PlainLoginModule" or "ScramLoginModule" => [("username", "sasl.username"), ("password", "sasl.password")],
            "OAuthBearerLoginModule" => [("clientId", "sasl.oauthbearer.client.id"), ("clientSecret", "sasl.oauthbearer.client.secret"), ("scope", "sasl.oauthbearer.scope")],
            _ => throw new ArgumentException("'sasl.jaas.config' names none of PlainLoginModule, ScramLoginModule and OAuthBearerLoginModule: say librdkafka's own settings (sasl.kerberos.*, say) instead"),
        };
        if (options.Keys.FirstOrDefault(o => !names.Any(n => n.From == o)) is { } unknown) throw new ArgumentException($"'{unknown}' in 'sasl.jaas.config' has no counterpart here; known are {string.Join(", ", names.Select(n => n.From))}");
        return names.Where(n => options.ContainsKey(n.From)).Select(n => (n.To, options[n.From]));
    }

    [GeneratedRegex(@"(\w+LoginModule)\s")]
    private static partial Regex Module();

    [GeneratedRegex(@"(\w+)\s*=\s*""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Option();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
