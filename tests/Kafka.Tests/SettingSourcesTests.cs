namespace StreamGrains.Kafka.Tests;

public sealed class SettingSourcesTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("streamgrains-settings-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_file_of_Kafka_s_own_tools_is_taken_as_it_is()
    {
        var path = Write("client.properties", """
            # how to log in
            security.protocol=SASL_SSL
            sasl.mechanism : SCRAM-SHA-512
            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
                username="silo" \
                password="a \\"quoted\\" one=";
            ssl.truststore.type=PEM
            ssl.truststore.location=/etc/kafka/ca.pem
            ssl.endpoint.identification.algorithm=
            """);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["security.protocol"] = "SASL_SSL", ["sasl.mechanism"] = "SCRAM-SHA-512", ["sasl.username"] = "silo", ["sasl.password"] = "a \"quoted\" one=",
                ["ssl.ca.location"] = "/etc/kafka/ca.pem", ["ssl.endpoint.identification.algorithm"] = "none",
            },
            Together(path));
    }

    [Theory]
    [InlineData("ssl.truststore.location=/x.jks", "'ssl.truststore.location' is a JKS file, which librdkafka does not read: make a PEM file of it")]
    [InlineData("ssl.keystore.location=/x.jks", "say ssl.keystore.type=PKCS12 with key.p12")]
    [InlineData("sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=\"true\";", "names none of PlainLoginModule")]
    [InlineData("sasl.jaas.config=x.PlainLoginModule required username=\"a\" tokenauth=\"true\";", "'tokenauth' in 'sasl.jaas.config' has no counterpart")]
    [InlineData("sasl.login.callback.handler.class=com.example.Mine", "is code for Java")]
    [InlineData("a=\\u00zz", "four hexadecimal digits")]
    public void What_has_no_counterpart_is_refused_with_the_file_and_what_to_do(string line, string expected)
    {
        var path = Write("odd.properties", line);

        var refused = Assert.Throws<ArgumentException>(() => Together(path));

        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_and_certificates_find_their_names()
    {
        var pem = Together(Write("pem.properties", "ssl.keystore.type=PEM\nssl.keystore.location=/k.pem\nssl.key.password=x"));
        Assert.Equal(("/k.pem", "/k.pem", "x"), (pem["ssl.certificate.location"], pem["ssl.key.location"], pem["ssl.key.password"]));
        Assert.Equal("/k.p12", Together(Write("p12.properties", "ssl.keystore.type=PKCS12\nssl.keystore.location=/k.p12"))["ssl.keystore.location"]);
        var bearer = Together(Write("bearer.properties", """
            sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
            sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="c" clientSecret="s" scope="kafka";
            """));
        Assert.Equal(("oidc", "c", "s", "kafka"), (bearer["sasl.oauthbearer.method"], bearer["sasl.oauthbearer.client.id"], bearer["sasl.oauthbearer.client.secret"], bearer["sasl.oauthbearer.scope"]));
    }

    [Fact]
    public void Later_sources_win_and_a_value_may_be_in_a_file()
    {
        var secret = Write("secret", "tiger\n");
        var configured = new Dictionary<string, string> { ["sasl.username"] = "configured", ["sasl.password.from.file"] = secret, ["client.rack"] = "a" };

        var together = SettingSources.Together(configured, Write("c.properties", "sasl.username=filed\nclient.rack=b"), new Dictionary<string, string> { ["client.rack"] = "c" });

        Assert.Equal(("filed", "tiger", "c"), (together["sasl.username"], together["sasl.password"], together["client.rack"]));
        var missing = Assert.Throws<ArgumentException>(() => SettingSources.Together(new Dictionary<string, string> { ["sasl.password.from.file"] = secret + "-not" }, null, together));
        Assert.Contains("'sasl.password.from.file'", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key.deserializer")]
    [InlineData("sasl.pasword")]
    public void A_setting_that_librdkafka_does_not_know_is_refused(string key)
    {
        var settings = new KafkaSettings("127.0.0.1:1", new Dictionary<string, string> { [key] = "5" });

        Assert.Contains(key, Assert.Throws<ArgumentException>(settings.Checked).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Together(string path) => SettingSources.Together(new Dictionary<string, string>(), path, new Dictionary<string, string>());

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
