using System.Text;
using Causeway.Templates.Language;
using Causeway.Templates.Values;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Templates.Tests;

public sealed class ParserTests
{
    [Theory]
    [InlineData("[concat('a']", "the expression ends where ')' is needed", 11)]
    [InlineData("[concat('a', ]", "the expression ends where", 13)]
    [InlineData("['abc]", "no closing quote", 1)]
    [InlineData("[a]", "functions are called", 2)]
    [InlineData("[a().]", "a name", 5)]
    [InlineData("[99999999999999999999]", "not a whole number", 1)]
    [InlineData("[a() b()]", "the end of the expression", 5)]
    [InlineData("[]", "", 1)]
    public void A_mistake_is_told_with_its_place(string text, string says, int position)
    {
        var wrong = Assert.Throws<TemplateException>(() => ExpressionParser.Parse(text));
        Assert.Contains(says, wrong.Message, StringComparison.Ordinal);
        Assert.EndsWith($"at position {position}.", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[x]", false)]
    [InlineData("[x", false)]
    [InlineData("x]", false)]
    [InlineData("[]", true)]
    [InlineData("", false)]
    [InlineData("[", false)]
    public void Only_what_stands_between_single_brackets_is_an_expression(string text, bool isOne) =>
        Assert.Equal(isOne && text.Length > 2, ExpressionParser.IsExpression(text) && text.Length > 2);

    [Fact]
    public void Too_long_and_too_deep_expressions_are_refused()
    {
        string deep = "[" + string.Concat(Enumerable.Repeat("a(", 200)) + string.Concat(Enumerable.Repeat(")", 200)) + "]";
        Assert.Contains("stand in each other", Assert.Throws<TemplateException>(() => ExpressionParser.Parse(deep)).Message);
        string longOne = "['" + new string('x', ExpressionParser.MostCharacters) + "']";
        Assert.Contains("at most 24576", Assert.Throws<TemplateException>(() => ExpressionParser.Parse(longOne)).Message);
    }

    /// <summary>What is written from a tree is read as the same tree, whatever spaces stand between.</summary>
    [Fact]
    public void What_is_written_is_read_again()
    {
        Prop.ForAll(
                Arb.From(Trees(4)),
                tree =>
                {
                    string text = "[" + Written(tree) + "]";
                    if (text.Length > ExpressionParser.MostCharacters)
                        return;
                    Assert.Equal(Written(tree), Written(ExpressionParser.Parse(text)));
                    Assert.Equal(Written(tree), Written(ExpressionParser.Parse("[ " + Written(tree, " ") + " ]")));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    /// <summary>Any text at all is an expression or is refused as a template's mistake; nothing else comes of it.</summary>
    [Fact]
    public void Anything_is_read_or_refused()
    {
        char[] letters = [.. "ab(){}[]',.-0123 \n'\\\"$_é\u0000"];
        Prop.ForAll(
                Arb.From(Gen.ArrayOf(Gen.Elements(letters))),
                characters =>
                {
                    try
                    {
                        ExpressionParser.Parse($"[{new string(characters)}]");
                    }
                    catch (TemplateException e)
                    {
                        Assert.Equal("InvalidTemplate", e.Code);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    /// <summary>Any function with any arguments answers, or is refused as a template's mistake.</summary>
    [Fact]
    public void Any_function_answers_or_is_refused()
    {
        string[] values =
        [
            "''",
            "'a'",
            "'[x]'",
            "'é'",
            "'{0}{1:D999}'",
            "'P1D'",
            "'10.0.0.0/8'",
            "'::/0'",
            "0",
            "-1",
            "1",
            "9223372036854775807",
            "-9223372036854775808",
            "true()",
            "null()",
            "createArray()",
            "createArray(1, 'a', null())",
            "createObject()",
            "createObject('a', createArray(1))",
            "lambda('x', lambdaVariables('x'))",
            "lambda('x', 'y', equals(lambdaVariables('x'), lambdaVariables('y')))",
            "'http://x/'",
            "'2020-01-01'",
        ];
        string[] names = [.. Functions.Pure.Names];
        Gen<string> calls =
            from name in Gen.Elements(names)
            from count in Gen.Choose(0, 4)
            from arguments in Gen.ArrayOf(Gen.Elements(values), count)
            select $"{name}({string.Join(", ", arguments)})";
        Prop.ForAll(
                Arb.From(calls),
                call =>
                {
                    try
                    {
                        Evaluate.Of(call);
                    }
                    catch (TemplateException e)
                    {
                        Assert.NotEmpty(e.Message);
                    }
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static Gen<Expression> Trees(int depth)
    {
        Gen<Expression> text = Gen.ArrayOf(Gen.Elements('a', '\'', ' ', '[', ']', 'é', '('))
            .Select(c => (Expression)new Expression.Text(new string(c), 0));
        Gen<Expression> leaf = Gen.OneOf(text, Gen.Choose(-1000, 1000).Select(i => (Expression)new Expression.Integer(i, 0)));
        if (depth == 0)
            return leaf;
        Gen<Expression> inner = Trees(depth - 1);
        Gen<Expression> call = Gen.Choose(0, 3)
            .SelectMany(n => Gen.ArrayOf(inner, n))
            .Select(a => (Expression)new Expression.Call("fn", a, 0));
        return Gen.OneOf(
            leaf,
            call,
            call.Select(c => (Expression)new Expression.Member(c, "name", 0)),
            call.SelectMany(c => inner.Select(i => (Expression)new Expression.Item(c, i, 0)))
        );
    }

    /// <param name="space">Put where spaces may be.</param>
    private static string Written(Expression expression, string space = "") =>
        expression switch
        {
            Expression.Text text => $"'{text.Value.Replace("'", "''", StringComparison.Ordinal)}'",
            Expression.Integer integer => $"{integer.Value}",
            Expression.Call call =>
                $"{call.Name}{space}({space}{string.Join($"{space},{space}", call.Arguments.Select(a => Written(a, space)))}{space})",
            Expression.Member member => $"{Written(member.Of, space)}{space}.{space}{member.Name}",
            Expression.Item item => $"{Written(item.Of, space)}{space}[{space}{Written(item.Index, space)}{space}]",
            _ => throw new NotSupportedException(),
        };
}
