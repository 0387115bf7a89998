using System.Buffers;

namespace StreamGrains.Onnx;

/// <summary>Reads the fields of one protobuf message in place. Malformed bytes end it with <see cref="Broken"/> set.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public bool Broken { get; private set; }

    /// <summary>Number of the field that <see cref="Next"/> moved to.</summary>
    public int Field { get; private set; }

    /// <summary>The field as it stands in the message, tag included.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>The content of a length-delimited field; empty for other wire types.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Number { get; private set; }

    public bool Next()
    {
        if (_rest.IsEmpty || Broken)
        {
            return false;
        }
        var start = _rest;
        Bytes = default;
        Number = 0;
        if (!Varint(out var tag))
        {
            return Break();
        }
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0 when Varint(out var number):
                Number = number;
                break;
            case 1 when _rest.Length >= 8:
                _rest = _rest[8..];
                break;
            case 2 when Varint(out var length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                break;
            case 5 when _rest.Length >= 4:
                _rest = _rest[4..];
                break;
            default:
                return Break();
        }
        Raw = start[..(start.Length - _rest.Length)];
        return true;
    }

    /// <summary>All values of a packed list of varints.</summary>
    public static List<long> Packed(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var values = new List<long>();
        while (reader.Varint(out var value))
        {
            values.Add((long)value);
        }
        return values;
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < _rest.Length && i < 10; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }
        return false;
    }

    private bool Break()
    {
        Broken = true;
        return false;
    }
}

/// <summary>Writes protobuf fields.</summary>
internal static class WireWriter
{
    public static void Field(this ArrayBufferWriter<byte> message, int number, ReadOnlySpan<byte> bytes)
    {
        message.Varint((ulong)number << 3 | 2);
        message.Varint((ulong)bytes.Length);
        message.Write(bytes);
    }

    public static void Field(this ArrayBufferWriter<byte> message, int number, ulong value)
    {
        message.Varint((ulong)number << 3);
        message.Varint(value);
    }

    private static void Varint(this ArrayBufferWriter<byte> message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            message.Write([(byte)(value | 0x80)]);
        }
        message.Write([(byte)value]);
    }
}
