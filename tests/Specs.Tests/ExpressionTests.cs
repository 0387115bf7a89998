using StreamGrains.Specs.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Tests;

public class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", 5.0)]
    [InlineData("(1 + 2) * 3", 9L)]
    [InlineData("-2 - -3", 1L)]
    [InlineData("7 / 2", 3.5)]
    [InlineData("7 % 3 * 2", 2L)]
    [InlineData("-7 % 3", -1L)]
    [InlineData("7.5 % 2", 1.5)]
    [InlineData("1 / 0", null)]
    [InlineData("1 % 0", null)]
    [InlineData("9223372036854775807 + 1", long.MaxValue)]
    [InlineData("1e308 * 10", double.MaxValue)]
    [InlineData(".5", "0: unexpected character '.'")]
    [InlineData("1 < 2 and not 2 < 1 or false", true)]
    [InlineData("true or false and false", true)]
    [InlineData("not 1 = 2", true)]
    [InlineData("1 = 1.0 and 1 == 1 and 1 != 2 and 1 <> 2", true)]
    [InlineData("'it''s' = 'it''s'", true)]
    [InlineData("'a' < 'b' and 'B' < 'a'", true)]
    [InlineData("3 in (1, 2, 3)", true)]
    [InlineData("3 not in (1, 2.5)", true)]
    [InlineData("'b' in ('a', 'b')", true)]
    [InlineData("3 between 1 and 3 and 4 not between 1 and 3", true)]
    [InlineData("if(1 < 2, 'yes', 'no')", "yes")]
    [InlineData("if(1 < 2, null, 1)", null)]
    [InlineData("coalesce(null, 1 / 0, 7)", 7.0)]
    [InlineData("coalesce(1, 2.5)", 1.0)]
    [InlineData("least(3, 1, 2) + greatest(3, 1, 2)", 4L)]
    [InlineData("least(1, 0.5)", 0.5)]
    [InlineData("abs(-3) + abs(-0.5)", 3.5)]
    [InlineData("floor(-1.5) + ceil(1.2) + round(2.5)", 3.0)]
    [InlineData("round(7)", 7L)]
    [InlineData("pow(2, 10)", 1024.0)]
    [InlineData("sqrt(-1)", null)]
    [InlineData("log(0)", null)]
    [InlineData("hour(to_timestamp(0) - 1ms)", 23L)]
    [InlineData("day_of_week(to_timestamp(0))", 4L)]
    [InlineData("is_weekend(to_timestamp(0) + 2d)", true)]
    [InlineData("to_timestamp(10) - to_timestamp(4)", 6L)]
    [InlineData("year(to_timestamp(0)) + month(to_timestamp(0) + 31d) + day_of_month(to_timestamp(0) + 1d)", 1974L)]
    [InlineData("90m", 5_400_000L)]
    [InlineData("upper('straße') ", "STRAßE")]
    [InlineData("length('日本')", 2L)]
    [InlineData("concat('a', 'b', to_string(1.5))", "ab1.5")]
    [InlineData("starts_with('abc', 'ab') and ends_with('abc', 'bc') and contains('abc', 'b')", true)]
    [InlineData("to_long(' 5')", null)]
    [InlineData("to_long('5') + to_long(2.9) + to_long(true)", 8L)]
    [InlineData("to_double('2.5')", 2.5)]
    [InlineData("NOT TRUE", false)]
    public void An_expression_has_the_value_that_the_docs_promise(string text, object? expected)
    {
        if (expected is string mistake && mistake.StartsWith("0: ", StringComparison.Ordinal)) Assert.Equal([mistake], Evaluate.Mistakes(text));
        else Assert.Equal(expected, Evaluate.Constant(text));
    }

    [Theory]
    [InlineData("", "0: expected an expression")]
    [InlineData("1 +", "3: the expression ends where a value was expected")]
    [InlineData("(1", "2: ')' is missing at the end")]
    [InlineData("1 2", "2: expected an operator, found '2'")]
    [InlineData("p adn q", "2: expected an operator, found 'adn' -> and")]
    [InlineData("p && q", "2: '&&' is not an operator here -> and")]
    [InlineData("!p", "0: '!' is not an operator here -> not")]
    [InlineData("s = \"a\"", "4: a text is written in single quotes: 'DE'")]
    [InlineData("s = 'a", "4: the text has no closing quote")]
    [InlineData("1 < 2 < 3", "6: a comparison has two sides; join comparisons with 'and'")]
    [InlineData("i = null", "2: a comparison with null is never true; write 'is null' or 'is not null'")]
    [InlineData("i is 5", "5: expected 'null' after 'is'; values are compared with '='")]
    [InlineData("null", "0: null has no type here; it can be an argument of if and coalesce, and is tested with 'is null'")]
    [InlineData("coalesce(null, null)", "0: coalesce(value, value, ...) needs an argument that is not null")]
    [InlineData("k + 1", "0: unknown column 'k'")]
    [InlineData("p + 1", "2: '+' does not go with bool and long; to_long makes 1 or 0 of a bool")]
    [InlineData("s + t", "2: '+' does not go with string and string; texts are joined with concat")]
    [InlineData("ts * 2", "3: '*' does not go with timestamp and long; a timestamp takes + and - with a duration, and - with a timestamp")]
    [InlineData("ts > 5", "3: '>' does not compare timestamp with long; to_timestamp makes one of milliseconds")]
    [InlineData("p < q", "2: '<' does not compare bool with bool; bools are only equal or not")]
    [InlineData("s = 1", "2: '=' does not compare string with long")]
    [InlineData("i and p", "0: 'and' takes a bool; this is a long")]
    [InlineData("not i", "4: 'not' takes a bool; this is a long")]
    [InlineData("-s", "0: '-' takes a number; this is a string")]
    [InlineData("if(i, 1, 2)", "3: the condition of if is a bool; this is a long")]
    [InlineData("if(p, 1)", "0: if(condition, value, other) takes 3 arguments; here are 2")]
    [InlineData("if(p, 1, 'a')", "9: the arguments of if have one type; this is a string and before it is a long")]
    [InlineData("concat(s, 1)", "10: the arguments of concat have one type; this is a long and before it is a string")]
    [InlineData("concat(1, 2)", "0: concat(string, string, ...) does not take a long; to_string makes text of it")]
    [InlineData("least(s, t)", "0: least(number, number, ...) does not take a string")]
    [InlineData("huor(ts)", "0: unknown function 'huor' -> hour")]
    [InlineData("hour(i)", "0: hour(timestamp) does not take long")]
    [InlineData("hour(ts, 1)", "0: hour(timestamp) takes 1 argument; here are 2")]
    [InlineData("i in ()", "2: the list after 'in' is empty")]
    [InlineData("i in (1, 'a')", "9: this is a string; before 'in' stands a long")]
    [InlineData("i in (1, j)", "9: the list after 'in' takes constants; compare with '=' and 'or'")]
    [InlineData("99999999999999999999", "0: the number is too large for a long; write it with a decimal point")]
    [InlineData("1e999", "0: the number is too large")]
    [InlineData("1.5h", "0: a duration is a whole number and a unit, such as 90m")]
    [InlineData("999999d", "0: a duration is at most 36500d")]
    public void A_mistake_in_an_expression_is_said_at_its_place(string text, string expected) => Assert.Equal([expected], Evaluate.Mistakes(text));

    [Fact]
    public void Independent_mistakes_in_one_expression_are_all_said() =>
        Assert.Equal(["0: unknown column 'aa'", "10: 'and' takes a bool; this is a string", "22: unknown function 'foo'"],
            Evaluate.Mistakes("aa > 1 or s and 'x' = foo(1)").Order(StringComparer.Ordinal));

    [Fact]
    public void Length_nesting_and_number_of_parts_are_bounded()
    {
        Assert.Contains("4000 characters", Assert.Single(Evaluate.Mistakes(new string(' ', 4000) + "1")), StringComparison.Ordinal);
        Assert.Contains("40 deep", Assert.Single(Evaluate.Mistakes(new string('(', 200) + "1")), StringComparison.Ordinal);
        Assert.Contains("40 deep", Assert.Single(Evaluate.Mistakes(string.Concat(Enumerable.Repeat("- ", 200)) + "1")), StringComparison.Ordinal);
        Assert.Contains("40 deep", Assert.Single(Evaluate.Mistakes(string.Concat(Enumerable.Repeat("not ", 200)) + "p")), StringComparison.Ordinal);
        Assert.Contains("500 parts", Assert.Single(Evaluate.Mistakes("1" + string.Concat(Enumerable.Repeat("+1", 600)))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a+b*2", "a + (b*2)")]
    [InlineData("not a = 1 and b", "(not (a == 1)) AND b")]
    [InlineData("a between 1 and 2", "a >= 1 and a <= 2")]
    [InlineData("1.50", "1.5")]
    [InlineData("1h", "60m")]
    public void Texts_of_one_meaning_have_one_canonical_text(string a, string b) =>
        Assert.Equal(Parser.Expression(a).ToString(), Parser.Expression(b).ToString());

    [Fact]
    public void Only_division_and_parsing_make_null_out_of_values()
    {
        string[] whole =
            ["coalesce(i, 0) + 1", "coalesce(x, 0) / 2", "coalesce(i, 1) % 3", "is_weekend(coalesce(ts, to_timestamp(0)))", "i is null", "if(p, 1, 2)", "concat('a', 'b')"];
        string[] nullable = ["i", "1 / coalesce(x, 1)", "5 % coalesce(i, 1)", "log(2)", "to_long('1')", "if(p, 1, null)", "coalesce(i, j)"];

        Assert.All(whole, text => Assert.False(Evaluate.Compile(text).Nullable));
        Assert.All(nullable, text => Assert.True(Evaluate.Compile(text).Nullable));
    }

    [Fact]
    public void Every_function_is_in_the_docs()
    {
        var docs = File.ReadAllText(Repository.PathOf("docs/spec.md"));

        Assert.All(Functions.Names, name => Assert.Contains($"`{name}(", docs, StringComparison.Ordinal));
    }
}
