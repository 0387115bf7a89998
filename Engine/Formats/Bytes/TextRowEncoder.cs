using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Bytes;

/// <summary>Writes a text as it is.</summary>
internal sealed class TextRowEncoder(IReadOnlyList<int> fields) : RowEncoder(fields)
{
    public override ByteSlice Encode(RowBatch batch, int row, ByteArena target) => target.Append(batch.Text[batch.Columns[Fields[0]].Texts[row]]);
}
