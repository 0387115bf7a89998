using System.Text.Unicode;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Csv;

/// <summary>
/// Decodes one CSV line (RFC 4180, a line end is allowed at its end): value fields in declared order. An empty unquoted column is absent.
/// </summary>
internal sealed class CsvDecoder(IReadOnlyList<SourceField> fields) : ValueDecoder(fields)
{
    private readonly ByteArena unquoted = new();
    private readonly bool hasValueFields = fields.Any(f => f.From == FieldPlace.Value);

    public override DecodeFault Decode(ReadOnlySpan<byte> value, RowBatch batch, int row)
    {
        if (!Utf8.IsValid(value)) return new DecodeFault(FaultKind.InvalidUtf8);
        var line = value.TrimEnd("\r\n"u8);
        var at = 0;
        var more = hasValueFields;
        for (var field = 0; field < Fields.Count; field++)
        {
            if (Fields[field].From != FieldPlace.Value) continue;
            if (!more)
            {
                var missing = Absent(field, FaultKind.MissingField, batch, row);
                if (missing.IsFault) return missing;
                continue;
            }
            if (!TryColumn(line, ref at, out var text, out var quoted, out more)) return new DecodeFault(FaultKind.BadQuoting, -1, at);
            var fault = DecodeField(text, quoted, field, batch, row);
            if (fault.IsFault) return fault;
        }
        return more ? new DecodeFault(FaultKind.TooManyColumns) : DecodeFault.None;
    }

    private DecodeFault DecodeField(ReadOnlySpan<byte> text, bool quoted, int field, RowBatch batch, int row)
    {
        if (text.IsEmpty && !quoted) return Absent(field, FaultKind.MissingField, batch, row);
        var column = batch.Columns[field];
        Present(column, row);
        if (Fields[field].Kind == FieldKind.String)
        {
            column.Texts[row] = batch.Text.Append(text);
            return DecodeFault.None;
        }
        var fault = FieldParser.Parse(text, Fields[field].Kind, column, row);
        return fault == FaultKind.None ? DecodeFault.None : new DecodeFault(fault, field);
    }

    private bool TryColumn(ReadOnlySpan<byte> line, ref int at, out ReadOnlySpan<byte> text, out bool quoted, out bool more)
    {
        var rest = line[at..];
        quoted = !rest.IsEmpty && rest[0] == '"';
        if (!quoted)
        {
            var comma = rest.IndexOf((byte)',');
            more = comma >= 0;
            text = more ? rest[..comma] : rest;
            at += text.Length + 1;
            return text.IndexOf((byte)'"') < 0;
        }
        unquoted.Clear();
        rest = rest[1..];
        text = default;
        more = false;
        while (true)
        {
            var quote = rest.IndexOf((byte)'"');
            if (quote < 0) return false;
            unquoted.Append(rest[..quote]);
            rest = rest[(quote + 1)..];
            if (rest.IsEmpty || rest[0] != '"') break;
            unquoted.Append("\""u8);
            rest = rest[1..];
        }
        if (!rest.IsEmpty && rest[0] != ',') return false;
        more = !rest.IsEmpty;
        text = unquoted[new ByteSlice(0, unquoted.Length)];
        at = line.Length - rest.Length + 1;
        return true;
    }
}
