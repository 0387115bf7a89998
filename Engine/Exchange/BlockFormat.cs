namespace StreamGrains.Engine.Exchange;

/// <summary>
/// A column block: the value of one record of an internal topic. Kept in step with docs/formats.md and the golden bytes in its test.
/// <code>
/// byte 0      'B'
/// byte 1      version, 1
/// varint      upstream partition
/// varint      watermark of the upstream partition after these rows
/// varint      number of columns c
/// varint      number of rows n; the rest is there only when n > 0
/// n varints   event time, each less the one before (the first less 0)
/// n varints   source partition, each less the one before
/// n varints   source offset, each less the one before
/// per column  type byte; null byte (1: n bytes of null flags follow); then
///             long, timestamp: n varints, each less the one before; bool: n bytes; double: n * 8 bytes little endian;
///             text: n varints of length, then all bytes
/// </code>
/// </summary>
internal static class BlockFormat
{
    public const byte Magic = (byte)'B';
    public const byte Version = 1;
}
