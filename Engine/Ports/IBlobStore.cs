namespace StreamGrains.Engine.Ports;

/// <summary>
/// Keeps immutable blobs under names such as <c>job/0-3/00000042-1f3a</c>. Calls may block, or go on later on the caller's worker; may be used from any thread.
/// A store that does not answer, or refuses, is an <see cref="IOException"/> that names store and blob; it comes within a minute or two, however dead the store is.
/// </summary>
public interface IBlobStore
{
    /// <summary>Writes a blob whole: it is durable on completion, and a blob by this name is either complete or not there.</summary>
    ValueTask Write(string name, Action<Stream> content);

    /// <summary>
    /// Opens a blob as a seekable stream at its beginning, or null when there is none. The stream gives the bytes of one write of the blob or an exception, also when the blob is
    /// deleted or written again meanwhile.
    /// </summary>
    ValueTask<Stream?> Open(string name);

    /// <summary>Names that begin with <paramref name="prefix"/>.</summary>
    ValueTask<IReadOnlyList<string>> List(string prefix);

    /// <summary>Removes a blob; none by this name is fine.</summary>
    ValueTask Delete(string name);
}
