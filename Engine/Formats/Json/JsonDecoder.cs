using System.Text;
using System.Text.Unicode;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Json;

/// <summary>
/// Decodes JSON objects. Members that no field names are checked and skipped; of a member that comes twice the last one counts.
/// Records of one producer have their members in one order, so the field after the last match is tried first.
/// </summary>
internal sealed class JsonDecoder : ValueDecoder
{
    private readonly byte[]?[] names;
    private readonly bool[] seen;
    private readonly ByteArena scratch = new();

    public JsonDecoder(IReadOnlyList<SourceField> fields) : base(fields)
    {
        names = [.. fields.Select(f => f.From == FieldPlace.Value ? Encoding.UTF8.GetBytes(f.Name) : null)];
        seen = new bool[fields.Count];
    }

    public override DecodeFault Decode(ReadOnlySpan<byte> value, RowBatch batch, int row)
    {
        if (!Utf8.IsValid(value)) return new DecodeFault(FaultKind.InvalidUtf8);
        var json = new JsonScanner(value);
        if (!json.TryTake((byte)'{')) return NotAnObject(ref json);
        Array.Clear(seen);
        var fault = DecodeMembers(ref json, batch, row);
        if (fault.IsFault) return fault;
        json.SkipSpace();
        if (!json.AtEnd) return new DecodeFault(FaultKind.TrailingBytes, -1, json.Position);
        for (var f = 0; f < names.Length; f++)
        {
            if (names[f] is null || seen[f]) continue;
            fault = Absent(f, FaultKind.MissingField, batch, row);
            if (fault.IsFault) return fault;
        }
        return DecodeFault.None;
    }

    private DecodeFault DecodeMembers(ref JsonScanner json, RowBatch batch, int row)
    {
        if (json.TryTake((byte)'}')) return DecodeFault.None;
        var expected = 0;
        do
        {
            json.SkipSpace();
            if (!json.TryString(out var name, out var escaped) || !json.TryTake((byte)':')) return NotJson(json);
            json.SkipSpace();
            var field = Find(name, escaped, expected);
            if (field < 0)
            {
                if (!json.TrySkipValue()) return NotJson(json);
                continue;
            }
            expected = field + 1;
            seen[field] = true;
            var fault = DecodeField(ref json, field, batch, row);
            if (fault.IsFault) return fault;
        }
        while (json.TryTake((byte)','));
        return json.TryTake((byte)'}') ? DecodeFault.None : NotJson(json);
    }

    private DecodeFault DecodeField(ref JsonScanner json, int field, RowBatch batch, int row)
    {
        var at = json.Position;
        var column = batch.Columns[field];
        var kind = Fields[field].Kind;
        if (json.Peek == 'n') return json.TryTakeWord("null"u8) ? Absent(field, FaultKind.NullField, batch, row) : NotJson(json);
        Present(column, row);
        if (json.Peek == '"') return DecodeString(ref json, field, batch, row);
        if (json.Peek is (byte)'{' or (byte)'[')
            return json.TrySkipValue() ? new DecodeFault(FaultKind.WrongType, field, at) : NotJson(json);
        if (json.TryTakeWord("true"u8) || json.TryTakeWord("false"u8))
        {
            if (kind != FieldKind.Bool) return new DecodeFault(FaultKind.WrongType, field, at);
            column.Longs[row] = json.Position - at == 4 ? 1 : 0;
            return DecodeFault.None;
        }
        if (!json.TryNumber(out var number)) return NotJson(json);
        if (kind is FieldKind.String or FieldKind.TimestampIso) return new DecodeFault(FaultKind.WrongType, field, at);
        var fault = FieldParser.Parse(number, kind, column, row);
        return fault == FaultKind.None ? DecodeFault.None : new DecodeFault(fault, field, at);
    }

    private DecodeFault DecodeString(ref JsonScanner json, int field, RowBatch batch, int row)
    {
        var at = json.Position;
        if (!json.TryString(out var content, out var escaped)) return NotJson(json);
        var kind = Fields[field].Kind;
        if (kind is not (FieldKind.String or FieldKind.TimestampIso)) return new DecodeFault(FaultKind.WrongType, field, at);
        if (kind == FieldKind.String && !escaped)
        {
            batch.Columns[field].Texts[row] = batch.Text.Append(content);
            return DecodeFault.None;
        }
        scratch.Clear();
        if (!JsonText.TryUnescape(content, scratch, out var text)) return new DecodeFault(FaultKind.InvalidUtf8, field, at);
        if (kind == FieldKind.String)
        {
            batch.Columns[field].Texts[row] = batch.Text.Append(scratch[text]);
            return DecodeFault.None;
        }
        var fault = FieldParser.Parse(scratch[text], kind, batch.Columns[field], row);
        return fault == FaultKind.None ? DecodeFault.None : new DecodeFault(fault, field, at);
    }

    private int Find(ReadOnlySpan<byte> name, bool escaped, int expected)
    {
        if (escaped)
        {
            scratch.Clear();
            if (!JsonText.TryUnescape(name, scratch, out var plain)) return -1;
            name = scratch[plain];
        }
        if (expected < names.Length && name.SequenceEqual(names[expected])) return expected;
        for (var f = 0; f < names.Length; f++)
            if (names[f] is { } candidate && name.SequenceEqual(candidate)) return f;
        return -1;
    }

    private static DecodeFault NotAnObject(ref JsonScanner json)
    {
        if (!json.TrySkipValue()) return NotJson(json);
        json.SkipSpace();
        return json.AtEnd ? new DecodeFault(FaultKind.NotAnObject) : new DecodeFault(FaultKind.NotJson, -1, json.Position);
    }

    private static DecodeFault NotJson(in JsonScanner json) => new(json.TooDeep ? FaultKind.TooDeep : FaultKind.NotJson, -1, json.Position);
}
