using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Causeway.Templates.Values;

/// <summary>
/// JSON as ARM's functions read it (<c>json</c>, <c>base64ToJson</c>): strings may stand in single quotes, and names of members without quotes, which the
/// documented examples make use of.
/// </summary>
internal static class LooseJson
{
    private static readonly SearchValues<char> s_bare = SearchValues.Create("{}[]:, \t\r\n\"'/");

    private static readonly JsonDocumentOptions s_options = new()
    {
        MaxDepth = Value.MostDepth,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <exception cref="JsonException">It is not JSON, even so.</exception>
    public static Value Read(string text)
    {
        using JsonDocument document = JsonDocument.Parse(Strict(text), s_options);
        return Value.Of(document.RootElement);
    }

    /// <summary>The same with all strings and names in double quotes; what is strict already stays as it is.</summary>
    private static string Strict(string text)
    {
        var strict = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; )
            i = text[i] switch
            {
                '"' or '\'' => Quoted(text, i, strict),
                '/' => Comment(text, i),
                var c when char.IsAsciiLetter(c) || c is '_' or '$' => Bare(text, i, strict),
                var c => One(c, i, strict),
            };
        return strict.ToString();
    }

    private static int One(char c, int at, StringBuilder strict)
    {
        strict.Append(c);
        return at + 1;
    }

    private static int Comment(string text, int at)
    {
        bool isBlock = text.AsSpan(at).StartsWith("/*", StringComparison.Ordinal);
        if (!isBlock && !text.AsSpan(at).StartsWith("//", StringComparison.Ordinal))
            throw new JsonException($"'/' at {at} begins nothing.");
        int end = text.IndexOf(isBlock ? "*/" : "\n", at + 2, StringComparison.Ordinal);
        return end < 0 ? (isBlock ? throw new JsonException($"The comment at {at} has no end.") : text.Length) : end + (isBlock ? 2 : 1);
    }

    private static int Quoted(string text, int begin, StringBuilder strict)
    {
        char quote = text[begin];
        strict.Append('"');
        for (int i = begin + 1; i < text.Length; i++)
            if (text[i] == quote)
            {
                strict.Append('"');
                return i + 1;
            }
            else if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                // \' is no escape of strict JSON.
                strict.Append(text[i] == '\'' ? "'" : $"\\{text[i]}");
            }
            else if (text[i] == '"')
                strict.Append("\\\"");
            else if (text[i] < ' ')
                strict.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                strict.Append(text[i]);
        throw new JsonException($"The string at {begin} has no closing quote.");
    }

    /// <summary>A name of a member, or one of the words <c>true</c>, <c>false</c> and <c>null</c>.</summary>
    private static int Bare(string text, int begin, StringBuilder strict)
    {
        int length = text.AsSpan(begin).IndexOfAny(s_bare) is var end && end < 0 ? text.Length - begin : end;
        string word = text.Substring(begin, length);
        bool isName = text.AsSpan(begin + length).TrimStart().StartsWith(":", StringComparison.Ordinal);
        strict.Append(isName ? $"\"{word}\"" : word);
        return begin + length;
    }
}
