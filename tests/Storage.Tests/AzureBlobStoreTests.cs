using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

[NeedsAzurite]
public sealed class AzureBlobStoreTests(Azurite server) : BlobStoreContract, IClassFixture<Azurite>
{
    private readonly string prefix = $"some/{Guid.NewGuid():N}";

    [ContractFact]
    public void A_container_that_does_not_exist_is_told_and_not_taken_for_an_empty_one()
    {
        var store = new BlockingStore(At(server.Connection, new AzureLocation("no-such-container", "")));
        foreach (var call in (Action[])[() => store.Open("job/a"), () => store.List("job/"), () => store.Write("job/a", _ => { })])
            Assert.Contains("there is no such container", Assert.Throws<IOException>(call).Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public void A_server_that_accepts_and_never_answers_is_given_up_on()
    {
        using var silent = new SilentServer();
        SilentServer.AssertGivenUp(new BlockingStore(At(Azurite.ConnectionTo(silent.Port), new AzureLocation("c", "p"), TimeSpan.FromSeconds(2))), "azure://c/p");
    }

    [ContractFact]
    public void An_environment_without_an_account_is_told_which_variables_to_set()
    {
        var message = Assert.Throws<IOException>(() => At(null, new AzureLocation("c", "p"))).Message;
        Assert.Contains("azure://c/p", message, StringComparison.Ordinal);
        Assert.Contains("AZURE_STORAGE_CONNECTION_STRING", message, StringComparison.Ordinal);
    }

    protected override IBlobStore Connect() => At(server.Connection, new AzureLocation(Azurite.Container, prefix));

    protected override (IBlobStore, string) Unreachable() => (At(Azurite.ConnectionTo(ServerProcess.FreePort()), new AzureLocation("c", "p")), "azure://c/p");

    private static readonly Lock Variable = new();

    /// <summary>A store that finds its account where it looks for it.</summary>
    private static AzureBlobStore At(string? connection, AzureLocation location, TimeSpan? patience = null)
    {
        lock (Variable)
        {
            Environment.SetEnvironmentVariable(AzureBlobStore.ConnectionVariable, connection);
            return new AzureBlobStore(location, patience ?? StoreRequests.Patience);
        }
    }
}
