using System.Text;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.Snapshots;

/// <summary>
/// The frozen state of one step, framed so that whoever reads it knows whose it is and where it ends.
/// <code>
/// 4   length of the step's id
///     the id, UTF-8
/// 1   version of the state's layout, the step's own
/// 8   length of the state
///     the state
/// </code>
/// Owner: the snapshot writer's thread, once it is made.
/// </summary>
internal sealed class StateFrame(string id, byte version, PagedImage[] images)
{
    private const int LongestId = 1024;

    /// <summary>Freezes the state of a step under an id.</summary>
    public static StateFrame Of(string id, Operator step) => new(id, step.StateVersion, [.. step.Share()]);

    public void WriteTo(SnapshotWriter writer)
    {
        var name = Encoding.UTF8.GetBytes(id);
        writer.WriteInt32(name.Length);
        writer.WriteBytes(name);
        writer.WriteByte(version);
        writer.WriteInt64(images.Sum(image => image.Length));
        foreach (var image in images) image.WriteTo(writer);
    }

    /// <summary>Pages may be changed in place again.</summary>
    public void Release()
    {
        foreach (var image in images) image.Release();
    }

    /// <summary>Reads the frame of a step into it. Throws <see cref="SnapshotDamaged"/> when the next frame is another step's, or of a layout that this program does not read.</summary>
    public static void Restore(SnapshotReader reader, string id, Operator step)
    {
        var length = reader.ReadInt32();
        if (length > LongestId) throw new SnapshotDamaged($"has a step's id of {length} bytes");
        reader.CheckRoom(length, "bytes of a step's id");
        var bytes = new byte[length];
        reader.ReadBytes(bytes);
        var name = Encoding.UTF8.GetString(bytes);
        if (name != id) throw new SnapshotDamaged($"has state of step '{name}' where that of '{id}' belongs");
        var version = reader.ReadByte();
        if (version != step.StateVersion) throw new SnapshotDamaged($"has state of step '{id}' in version {version}; this program reads version {step.StateVersion}");
        var size = reader.ReadInt64();
        reader.CheckRoom(size, $"bytes of state of step '{id}'");
        var end = reader.Consumed + size;
        step.Restore(reader);
        if (reader.Consumed != end) throw new SnapshotDamaged($"has {size} bytes of state of step '{id}', which is not what the step reads");
    }
}
