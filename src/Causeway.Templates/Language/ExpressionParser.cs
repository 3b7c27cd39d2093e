using System.Globalization;
using System.Text;

namespace Causeway.Templates.Language;

/// <summary>
/// The language between <c>[</c> and <c>]</c> (ARM documentation, "Syntax and expressions in ARM templates"):
/// <code>
/// expression = primary { "." name | "[" expression "]" }
/// primary    = string | integer | name { "." name } "(" [ expression { "," expression } ] ")"
/// string     = "'" { character | "''" } "'"
/// </code>
/// Read by recursive descent, one character ahead. Length and nesting are bounded, so that no input costs more than its length.
/// </summary>
public sealed class ExpressionParser
{
    /// <summary>Longest expression, in characters (ARM: limits of a template).</summary>
    public const int MostCharacters = 24_576;

    /// <summary>How deep calls and indexes may stand in each other.</summary>
    public const int MostNesting = 128;

    private readonly string _text;
    private readonly int _end;
    private int _at;
    private int _depth;

    private ExpressionParser(string text) => (_text, _end, _at) = (text, text.Length - 1, 1);

    /// <summary>Whether a string is an expression: between brackets, the first of which is not doubled.</summary>
    public static bool IsExpression(string text) => text is ['[', not '[', .., ']'];

    /// <summary>A string that is no expression as it is meant: <c>[[x]</c> is the text <c>[x]</c>.</summary>
    public static string Literal(string text) => text is ['[', '[', .., ']'] ? text[1..] : text;

    /// <summary>A text as it has to be written in a template to mean itself.</summary>
    public static string Escape(string text) => text is ['[', .., ']'] ? "[" + text : text;

    /// <param name="text">With its brackets (<see cref="IsExpression"/>).</param>
    /// <exception cref="TemplateException">It is not an expression; the message says where.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MostCharacters)
            throw new TemplateException(
                $"The expression has {text.Length} characters: at most {MostCharacters} are allowed. Put parts of it into variables."
            );
        var parser = new ExpressionParser(text);
        Expression expression = parser.Whole();
        parser.Space();
        return parser._at == parser._end ? expression : throw parser.Unexpected("the end of the expression");
    }

    private Expression Whole()
    {
        if (++_depth > MostNesting)
            throw Wrong($"more than {MostNesting} calls stand in each other");
        Expression left = Primary();
        while (true)
        {
            Space();
            int position = _at;
            if (Take('.'))
                left = new Expression.Member(left, Name(), position);
            else if (Take('['))
            {
                left = new Expression.Item(left, Whole(), position);
                Need(']');
            }
            else
            {
                _depth--;
                return left;
            }
        }
    }

    private Expression Primary()
    {
        Space();
        int position = _at;
        return Peek switch
        {
            '\'' => new Expression.Text(Quoted(), position),
            '-' or (>= '0' and <= '9') => new Expression.Integer(Number(), position),
            var c when IsNameStart(c) => Call(position),
            _ => throw Unexpected("a string in single quotes, a whole number or a function"),
        };
    }

    private Expression.Call Call(int position)
    {
        string name = Name();
        Space();
        while (Take('.'))
        {
            name = $"{name}.{Name()}";
            Space();
        }
        if (!Take('('))
            throw Unexpected($"'(' after '{name}', since functions are called");
        var arguments = new List<Expression>();
        Space();
        if (!Take(')'))
        {
            do
            {
                arguments.Add(Whole());
                Space();
            } while (Take(','));
            Need(')');
        }
        return new Expression.Call(name, arguments, position);
    }

    private string Quoted()
    {
        int begin = _at++;
        var text = new StringBuilder();
        while (_at < _end)
        {
            char c = _text[_at++];
            if (c != '\'')
                text.Append(c);
            else if (Peek == '\'')
            {
                text.Append('\'');
                _at++;
            }
            else
                return text.ToString();
        }
        _at = begin;
        throw Wrong("a string has no closing quote");
    }

    private long Number()
    {
        int begin = _at;
        Take('-');
        while (char.IsAsciiDigit(Peek))
            _at++;
        if (long.TryParse(_text.AsSpan(begin, _at - begin), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return number;
        _at = begin;
        throw Wrong("this is not a whole number of 64 bits");
    }

    private string Name()
    {
        Space();
        int begin = _at;
        if (!IsNameStart(Peek))
            throw Unexpected("a name");
        while (IsNameStart(Peek) || char.IsAsciiDigit(Peek))
            _at++;
        return _text[begin.._at];
    }

    private void Need(char c)
    {
        Space();
        if (!Take(c))
            throw Unexpected($"'{c}'");
    }

    private bool Take(char c)
    {
        if (Peek != c)
            return false;
        _at++;
        return true;
    }

    private void Space()
    {
        while (_at < _end && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private char Peek => _at < _end ? _text[_at] : '\0';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$';

    private TemplateException Unexpected(string right) =>
        Wrong(_at >= _end ? $"the expression ends where {right} is needed" : $"'{_text[_at]}' stands where {right} is needed");

    private TemplateException Wrong(string what) =>
        new($"Unable to parse language expression '{Excerpt(_text)}': {what}, at position {_at}.");

    /// <summary>The beginning of a long expression, for messages.</summary>
    public static string Excerpt(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
