using System.IO.Compression;
using StreamGrains.Cli.Terminal;
using StreamGrains.Engine;
using StreamGrains.Engine.Decode;

namespace StreamGrains.Cli.Loading;

/// <summary>
/// The records of a file, one at a time: .csv or .jsonl, plain or .gz. Spans are valid until the next <see cref="Read"/>. Owner: one command, on its thread.
/// </summary>
internal abstract class RecordFile : IDisposable
{
    private readonly FileStream file;

    protected RecordFile(FileStream file, Stream content, string name)
    {
        this.file = file;
        Content = content;
        Name = name;
    }

    /// <summary>Share of the file read so far, 0 to 1.</summary>
    public double Progress => file.Length == 0 ? 1 : (double)file.Position / file.Length;

    /// <summary>JSON of the record.</summary>
    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Text of the key field; null (see <see cref="HasKey"/>) without one.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>Whether the record has a key.</summary>
    public abstract bool HasKey { get; }

    /// <summary>Event time, milliseconds since the epoch; 0 when no time field was named.</summary>
    public abstract long Time { get; }

    /// <summary>File name for messages.</summary>
    protected string Name { get; }

    /// <summary>The uncompressed bytes.</summary>
    protected Stream Content { get; }

    /// <summary>Opens a file by its extension. Throws <see cref="CommandFailed"/> for one that cannot be read, or has not the fields named.</summary>
    public static RecordFile Open(string path, string? keyField, string? timeField)
    {
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var isCsv = plain.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        if (!isCsv && !plain.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) && !plain.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase))
            throw new CommandFailed(ExitCode.Usage, $"'{path}' ends neither in .csv nor in .jsonl (with or without .gz), so its format is not known");
        var mark = Mark(path, plain.Length != path.Length);
        var file = UserFile.Open(path);
        var content = Uncompressed(file, plain.Length != path.Length);
        try
        {
            content.ReadExactly(stackalloc byte[mark]);
            return isCsv ? new CsvFile(file, content, path, keyField, timeField) : new JsonLinesFile(file, content, path, keyField, timeField);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Length of the byte order mark that the file begins with, which is no part of it. Throws for one of another encoding.</summary>
    private static int Mark(string path, bool compressed)
    {
        using var content = Uncompressed(UserFile.Open(path), compressed);
        Span<byte> first = stackalloc byte[3];
        first = first[..content.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        if (first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new CommandFailed(ExitCode.Failure, $"{path}:1: the file is UTF-16; write it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
        return first.SequenceEqual(RecordDecoder.Mark) ? first.Length : 0;
    }

    private static Stream Uncompressed(FileStream file, bool compressed) => compressed ? new GZipStream(file, CompressionMode.Decompress) : file;

    /// <summary>Moves to the next record. False at the end.</summary>
    public abstract bool Read();

    public void Dispose()
    {
        Dispose(true);
        Content.Dispose();
        file.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>A mistake in the file at a line.</summary>
    protected CommandFailed Mistake(long line, string message) => new(ExitCode.Failure, $"{Name}:{line}: {message}");

    /// <summary>The message for a field that is not there.</summary>
    protected static string NoField(string option, string field, IEnumerable<string> known) =>
        $"there is no field '{field}' for {option}" + (NearestName.Of(field, known) is { } near ? $"; did you mean '{near}'?" : "");
}
