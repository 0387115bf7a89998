using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats.Bytes;

/// <summary>Writes a text as it is.</summary>
internal sealed class TextRowEncoder(IReadOnlyList<int> fields) : RowEncoder(fields)
{
    public override TextSlice Encode(RowBatch batch, int row, TextArena target) => target.Append(batch.Text[batch.Columns[Fields[0]].Texts[row]]);
}
