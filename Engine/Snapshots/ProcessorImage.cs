using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Snapshots;

/// <summary>Frozen state of one processor, to be written on another thread while the processor goes on.</summary>
public sealed class ProcessorImage
{
    private readonly StateFrame[] frames;
    private readonly byte[] readerState;

    internal ProcessorImage(SnapshotHeader header, StageReader reader, StateFrame[] frames)
    {
        Header = header;
        this.frames = frames;
        var state = new MemoryStream();
        reader.Save(new SnapshotWriter(state));
        readerState = state.ToArray();
    }

    /// <summary>What it is of.</summary>
    public SnapshotHeader Header { get; }

    /// <summary>Writes the snapshot and returns its length in bytes.</summary>
    public long WriteTo(Stream stream)
    {
        var writer = new SnapshotWriter(stream);
        SnapshotFile.Write(Header, writer, content =>
        {
            content.WriteBytes(readerState);
            foreach (var frame in frames) frame.WriteTo(content);
        });
        return writer.Written;
    }

    /// <summary>The writer is done, with success or not: pages may be changed in place again.</summary>
    public void Release()
    {
        foreach (var frame in frames) frame.Release();
    }
}
