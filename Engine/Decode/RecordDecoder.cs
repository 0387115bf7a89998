using System.Text;
using System.Text.Unicode;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Decode;

/// <summary>
/// Decodes whole records: the value by its format, then the fields that lie in the key or a header, then the event time.
/// Owner: one partition processor.
/// </summary>
public sealed class RecordDecoder(SourceInput source)
{
    private readonly ValueDecoder decoder = source.Format.Decoder(source.Fields);
    private readonly byte[][] headerNames = [.. source.Fields.Select(f => Encoding.UTF8.GetBytes(f.Name))];
    private readonly bool hasOthers = source.Fields.Any(f => f.From != FieldPlace.Value);

    /// <summary>The byte order mark of UTF-8. At the beginning of a value that is text it is no part of it.</summary>
    public static ReadOnlySpan<byte> Mark => "\uFEFF"u8;

    /// <summary>Decodes a record into row <paramref name="row"/>, for which the batch has room; its event time too.</summary>
    public DecodeFault Decode(Inbox records, in RawRecord record, RowBatch batch, int row)
    {
        if (record.Value.Length < 0) return new DecodeFault(FaultKind.NullValue);
        var value = records.Bytes[record.Value];
        var fault = decoder.Decode(decoder.IsText && value.StartsWith(Mark) ? value[Mark.Length..] : value, batch, row);
        if (!fault.IsFault && hasOthers) fault = DecodeOthers(records, record, batch, row);
        if (fault.IsFault) return fault;
        if (source.TimeColumn < 0)
        {
            batch.Time[row] = record.Timestamp;
            return record.Timestamp is >= 0 and <= FieldParser.MaxTime ? DecodeFault.None : new DecodeFault(FaultKind.BadTimestamp);
        }
        // The compiler refuses an optional event time.
        batch.Time[row] = batch.Columns[source.TimeColumn].Longs[row];
        return DecodeFault.None;
    }

    private DecodeFault DecodeOthers(Inbox records, in RawRecord record, RowBatch batch, int row)
    {
        for (var field = 0; field < source.Fields.Count; field++)
        {
            var def = source.Fields[field];
            if (def.From == FieldPlace.Value) continue;
            var text = ReadOnlySpan<byte>.Empty;
            var there = def.From == FieldPlace.Key
                ? TryKey(records, record, ref text)
                : TryHeader(records.Bytes[record.Headers], headerNames[field], ref text);
            if (!there)
            {
                if (!def.Optional) return new DecodeFault(FaultKind.MissingField, field);
                batch.Columns[field].SetNull(row);
                continue;
            }
            var column = batch.Columns[field];
            if (column.HasNulls) column.Nulls[row] = false;
            var fault = FaultKind.None;
            if (def.Kind != FieldKind.String) fault = FieldParser.Parse(text, def.Kind, column, row);
            else if (Utf8.IsValid(text)) column.Texts[row] = batch.Text.Append(text);
            else fault = FaultKind.InvalidUtf8;
            if (fault != FaultKind.None) return new DecodeFault(fault, field);
        }
        return DecodeFault.None;
    }

    private static bool TryKey(Inbox records, in RawRecord record, ref ReadOnlySpan<byte> text)
    {
        if (record.Key.Length < 0) return false;
        text = records.Bytes[record.Key];
        return true;
    }

    private static bool TryHeader(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> wanted, ref ReadOnlySpan<byte> text)
    {
        var found = false;
        while (HeaderCodec.TryRead(ref headers, out var name, out var value, out var isNull))
        {
            if (isNull || !name.SequenceEqual(wanted)) continue;
            text = value;
            found = true;
        }
        return found;
    }
}
