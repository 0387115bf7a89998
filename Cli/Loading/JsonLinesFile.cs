using System.Text.Json;

namespace StreamGrains.Cli.Loading;

/// <summary>
/// A file with one JSON object per line, passed through byte by byte. The lines are looked into only for the key and the time; empty lines are skipped.
/// </summary>
internal sealed class JsonLinesFile(FileStream file, Stream content, string name, string? keyField, string? timeField) : RecordFile(file, content, name)
{
    private byte[] buffer = new byte[1 << 18];
    private byte[] key = new byte[64];
    private int keyLength = -1;
    private int start, end, next;
    private int filled;
    private bool atEnd;
    private long line;
    private long time;

    public override ReadOnlySpan<byte> Value => buffer.AsSpan(start, end - start);

    public override ReadOnlySpan<byte> Key => key.AsSpan(0, Math.Max(0, keyLength));

    public override bool HasKey => keyLength >= 0;

    public override long Time => time;

    public override bool Read()
    {
        do
        {
            if (!NextLine()) return false;
        }
        while (Value.Trim(" \t\r"u8).IsEmpty);
        if (keyField is not null || timeField is not null) FindFields();
        return true;
    }

    private bool NextLine()
    {
        start = next;
        for (var looked = start; ;)
        {
            var found = buffer.AsSpan(looked, filled - looked).IndexOf((byte)'\n');
            if (found >= 0)
            {
                (end, next) = (looked + found, looked + found + 1);
                break;
            }
            looked = filled;
            if (!atEnd)
            {
                looked -= Fill();
                continue;
            }
            if (start == filled) return false;
            end = next = filled;
            break;
        }
        if (end > start && buffer[end - 1] == '\r') end--;
        line++;
        return true;
    }

    /// <summary>Reads more behind the line that begins at <see cref="start"/>; returns by how much that line moved to the left.</summary>
    private int Fill()
    {
        var moved = start;
        if (moved > 0) buffer.AsSpan(start, filled - start).CopyTo(buffer);
        (start, filled) = (0, filled - moved);
        if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var got = Content.Read(buffer, filled, buffer.Length - filled);
        atEnd = got == 0;
        filled += got;
        return moved;
    }

    private void FindFields()
    {
        keyLength = -1;
        time = 0;
        var timeFound = false;
        try
        {
            var json = new Utf8JsonReader(Value);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) throw Mistake(line, "the line is not a JSON object");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = keyField is not null && json.ValueTextEquals(keyField);
                var isTime = timeField is not null && json.ValueTextEquals(timeField);
                json.Read();
                if (isKey) SetKey(ref json);
                if (isTime) timeFound = SetTime(ref json);
                json.Skip();
            }
        }
        catch (JsonException invalid)
        {
            throw Mistake(line, $"the line is not JSON, and --key and --time look into it: {invalid.Message}");
        }
        if (timeField is not null && !timeFound) throw Mistake(line, $"no field '{timeField}' for --time");
        if (keyField is not null && keyLength < 0 && line == 1) throw Mistake(line, NoField("--key", keyField, Names()));
    }

    private void SetKey(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null) return;
        if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) throw Mistake(line, $"the field '{keyField}' is no text or number, so it cannot be a key");
        if (key.Length < json.ValueSpan.Length) key = new byte[json.ValueSpan.Length * 2];
        keyLength = json.TokenType == JsonTokenType.String ? json.CopyString(key) : Copy(json.ValueSpan);
    }

    private int Copy(ReadOnlySpan<byte> text)
    {
        text.CopyTo(key);
        return text.Length;
    }

    private bool SetTime(ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.String or JsonTokenType.Number && FieldTime.TryParse(json.ValueSpan, out time)
            ? true
            : throw Mistake(line, $"the field '{timeField}' is not a time: {FieldTime.Forms}");

    private List<string> Names()
    {
        var names = new List<string>();
        var json = new Utf8JsonReader(Value);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(json.GetString()!);
            json.Read();
            json.Skip();
        }
        return names;
    }
}
