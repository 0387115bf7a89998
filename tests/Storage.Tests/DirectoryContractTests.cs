using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

public sealed class DirectoryContractTests : BlobStoreContract
{
    private readonly string root = Directory.CreateTempSubdirectory("streamgrains-blobs-").FullName;

    protected override IBlobStore Connect() => new DirectoryBlobStore(Path.Combine(root, "store"));

    // What a volume that is not mounted comes to: no directory can be made there.
    protected override (IBlobStore, string) Unreachable()
    {
        var file = Path.Combine(root, "file");
        File.WriteAllText(file, "");
        return (new DirectoryBlobStore(file), file);
    }

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(root, recursive: true);
    }
}
