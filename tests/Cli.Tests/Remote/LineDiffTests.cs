using StreamGrains.Cli.Remote;

namespace StreamGrains.Cli.Tests.Remote;

public sealed class LineDiffTests
{
    [Theory]
    [InlineData("a b c", "a b c", "")]
    [InlineData("", "a", "@@ -0,0 +1,1 @@|+a")]
    [InlineData("a", "", "@@ -1,1 +0,0 @@|-a")]
    [InlineData("a b c", "a x c", "@@ -1,3 +1,3 @@| a|-b|+x| c")]
    [InlineData("a b c d", "b c e d", "@@ -1,4 +1,4 @@|-a| b| c|+e| d")]
    [InlineData("1 2 3 4 5 6 7 8 9", "1 2 3 4 x 6 7 8 9", "@@ -2,7 +2,7 @@| 2| 3| 4|-5|+x| 6| 7| 8")]
    [InlineData("1 2 3 4 5 6 7 8", "x 2 3 4 5 6 7 y", "@@ -1,8 +1,8 @@|-1|+x| 2| 3| 4| 5| 6| 7|-8|+y")]
    [InlineData("1 2 3 4 5 6 7 8 9", "x 2 3 4 5 6 7 8 y", "@@ -1,4 +1,4 @@|-1|+x| 2| 3| 4|@@ -6,4 +6,4 @@| 6| 7| 8|-9|+y")]
    public void What_differs_is_shown_with_three_lines_around_it(string before, string after, string expected) =>
        Assert.Equal(expected, string.Join('|', LineDiff.Of(Lines(before), Lines(after))));

    [Fact]
    public void Texts_that_share_little_and_are_long_are_shown_as_replaced()
    {
        var (before, after) = (Enumerable.Range(0, 3000).Select(i => $"a{i}").ToList(), Enumerable.Range(0, 3000).Select(i => $"b{i}").ToList());

        Assert.Equal(6001, LineDiff.Of(before, after).Count);
    }

    private static string[] Lines(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
