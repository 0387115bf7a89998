using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Formats.Bytes;
using StreamGrains.Engine.Tests.Decode;
using StreamGrains.Engine.Tests.Expressions;

namespace StreamGrains.Engine.Tests.Formats.Bytes;

public class BytesFormatTests
{
    private static readonly SourceField[] Fields = [new("id", FieldKind.String, FieldPlace.Key), new("payload", FieldKind.String)];

    [Fact]
    public void Any_bytes_are_base64_a_byte_order_mark_and_nothing_included()
    {
        var decoding = new Decoding(BytesFormat.Base64, Fields);
        byte[][] values = [[], [0], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE, 0xFD, 0xFC], Encoding.UTF8.GetBytes("plain"), new byte[100_000]];
        foreach (var value in values) Assert.Equal(["k", Convert.ToBase64String(value)], decoding.Of(value, "k"u8.ToArray()));
        Assert.Equal(["the value is null"], decoding.Of(null, "k"u8.ToArray()));
    }

    [Fact]
    public void Text_is_itself_without_a_byte_order_mark_and_what_is_no_text_is_a_fault()
    {
        var decoding = new Decoding(BytesFormat.Text, Fields);
        Assert.Equal(["k", "a \"line\", é\n"], decoding.Of("\uFEFFa \"line\", é\n"u8.ToArray(), "k"u8.ToArray()));
        Assert.Equal(["k", ""], decoding.Of([], "k"u8.ToArray()));
        Assert.Equal(["the value is not valid UTF-8"], decoding.Of([0xFF], "k"u8.ToArray()));
    }

    [Fact]
    public void Text_is_written_as_it_is()
    {
        var batch = Rows.Of((ColumnType.Long, [1L]), (ColumnType.String, ["a \"line\", é"]));
        var target = new ByteArena();
        Assert.Equal("a \"line\", é", Encoding.UTF8.GetString(target[BytesFormat.Text.Encoder(batch.Layout, [1]).Encode(batch, 0, target)]));
    }

    [Fact]
    public void What_is_not_one_string_is_refused_in_words()
    {
        const string OneField = "a value in format text is one field, a string; further fields come from the key or a header, such as { type: string, from: key }";
        const string OneColumn = "a value in format text is one column, a string that cannot be null; name it: fields: [COLUMN]";
        Assert.Null(BytesFormat.Text.CannotRead(Fields));
        Assert.Equal(OneField, BytesFormat.Text.CannotRead([new("a", FieldKind.String), new("b", FieldKind.String)]));
        Assert.Equal(OneField, BytesFormat.Text.CannotRead([new("a", FieldKind.Long)]));
        Assert.Equal(OneField, BytesFormat.Text.CannotRead([new("a", FieldKind.String, FieldPlace.Key)]));
        Assert.Null(BytesFormat.Text.CannotWrite([new("a", ColumnType.String)]));
        Assert.Equal(OneColumn, BytesFormat.Text.CannotWrite([new("a", ColumnType.String, Nullable: true)]));
        Assert.Equal(OneColumn, BytesFormat.Text.CannotWrite([new("a", ColumnType.String), new("b", ColumnType.String)]));
        Assert.Equal("format bytes is for sources; a column of strings is written with format text", BytesFormat.Base64.CannotWrite([new("a", ColumnType.String)]));
    }
}
