using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Templates.Language;
using Causeway.Templates.Values;

namespace Causeway.Templates.Functions;

/// <summary>ARM documentation, "String functions for ARM templates".</summary>
internal static partial class StringFunctions
{
    public static Dictionary<string, Function> All { get; } =
        new()
        {
            ["base64"] = new(1, 1, a => Text(Convert.ToBase64String(Encoding.UTF8.GetBytes(a.Text(0))))),
            ["base64ToString"] = new(1, 1, a => Text(FromBase64(a))),
            ["base64ToJson"] = new(1, 1, a => Json(a, FromBase64(a))),
            ["dataUri"] = new(
                1,
                1,
                a => Text($"data:text/plain;charset=utf8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(Shown(a[0])))}")
            ),
            ["dataUriToString"] = new(1, 1, FromDataUri),
            ["endsWith"] = new(2, 2, a => Boolean(a.Text(0).EndsWith(a.Text(1), StringComparison.OrdinalIgnoreCase))),
            ["startsWith"] = new(2, 2, a => Boolean(a.Text(0).StartsWith(a.Text(1), StringComparison.OrdinalIgnoreCase))),
            ["format"] = new(1, Function.Any, Format),
            ["guid"] = new(1, Function.Any, a => Text(Hashes.Guid(Joined(a)))),
            ["uniqueString"] = new(1, Function.Any, a => Text(Hashes.UniqueString(Joined(a)))),
            ["join"] = new(2, 2, Join),
            ["json"] = new(1, 1, a => Json(a, a.Text(0))),
            ["padLeft"] = new(2, 3, PadLeft),
            ["replace"] = new(3, 3, Replace),
            ["split"] = new(2, 2, Split),
            ["string"] = new(1, 1, a => Text(Shown(a[0]))),
            ["substring"] = new(2, 3, Substring),
            ["toLower"] = new(1, 1, a => Text(a.Text(0).ToLowerInvariant())),
            ["toUpper"] = new(1, 1, a => Text(a.Text(0).ToUpperInvariant())),
            ["trim"] = new(1, 1, a => Text(a.Text(0).Trim())),
            ["buildUri"] = new(1, 1, BuildUri),
            ["parseUri"] = new(1, 1, ParseUri),
            ["uri"] = new(2, 2, Combine),
            ["uriComponent"] = new(1, 1, a => Text(Uri.EscapeDataString(a.Text(0)))),
            ["uriComponentToString"] = new(1, 1, a => Text(Uri.UnescapeDataString(a.Text(0)))),
        };

    /// <summary>As <c>string()</c> and <c>concat()</c> show a value.</summary>
    public static string Shown(Value value) =>
        value switch
        {
            Value.Text text => text.Characters,
            Value.Boolean boolean => boolean.IsTrue ? "True" : "False",
            Value.Null => "",
            _ => value.ToString(),
        };

    private static Value.Text Text(string text) => new(text);

    private static Value.Boolean Boolean(bool value) => Value.Boolean.Of(value);

    private static string Joined(Arguments a) => string.Join('-', Enumerable.Range(0, a.Count).Select(i => Scalar(a, i)));

    private static string Scalar(Arguments a, int i) =>
        a[i] is Value.Text or Value.Integer or Value.Boolean or Value.Number ? Shown(a[i]) : throw a.Expected(i, "a string");

    private static string FromBase64(Arguments a)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(a.Text(0)));
        }
        catch (FormatException)
        {
            throw a.Unfit(0, "base64");
        }
    }

    private static Value.Text FromDataUri(Arguments a)
    {
        Match uri = DataUri().Match(a.Text(0));
        if (!uri.Success)
            throw a.Unfit(0, "a data URI such as data:;base64,SGVsbG8=");
        string data = Uri.UnescapeDataString(uri.Groups["data"].Value);
        if (!uri.Groups["base64"].Success)
            return Text(data);
        try
        {
            return Text(Encoding.UTF8.GetString(Convert.FromBase64String(data)));
        }
        catch (FormatException)
        {
            throw a.Unfit(0, "a data URI such as data:;base64,SGVsbG8=");
        }
    }

    private static Value Json(Arguments a, string text)
    {
        try
        {
            return LooseJson.Read(text);
        }
        catch (JsonException e)
        {
            throw a.Wrong($"was given text that is not JSON: {e.Message}");
        }
    }

    /// <summary>The composite format of .NET, whose widths and precisions are bounded here, as is what comes of it.</summary>
    private static Value.Text Format(Arguments a)
    {
        string format = a.Text(0);
        if (LongNumber().IsMatch(format))
            throw a.Wrong("allows no width and no precision of more than three digits");
        object?[] given =
        [
            .. a
                .All.Skip(1)
                .Select(v =>
                    v switch
                    {
                        Value.Integer integer => integer.Whole,
                        Value.Number number => number.Float,
                        _ => (object)Shown(v),
                    }
                ),
        ];
        long longest = given.Max(g => (long?)(g as string)?.Length) ?? 0;
        if (format.Count(c => c == '{') * (longest + 1000) + format.Length > Value.MostSize * 4)
            throw a.Wrong("would make a string that is too long");
        try
        {
            return Text(string.Format(CultureInfo.InvariantCulture, format, given));
        }
        catch (FormatException e)
        {
            throw a.Wrong($"cannot use the format '{ExpressionParser.Excerpt(format)}': {e.Message}");
        }
    }

    private static Value.Text Join(Arguments a)
    {
        string delimiter = a.Text(1);
        IReadOnlyList<Value> items = a.Array(0);
        if (items.Count * (long)delimiter.Length > Value.MostSize)
            throw a.Wrong("would make a string that is too long");
        return Text(string.Join(delimiter, items.Select(Shown)));
    }

    private static Value.Text PadLeft(Arguments a)
    {
        string text = a[0] is Value.Integer integer ? Shown(integer) : a.Text(0);
        string padding = a.Has(2) ? a.Text(2) : " ";
        return padding.Length == 1 ? Text(text.PadLeft(a.Integer(1, 0, 100_000), padding[0])) : throw a.Unfit(2, "one character");
    }

    private static Value.Text Replace(Arguments a)
    {
        (string text, string old, string by) = (a.Text(0), a.Text(1), a.Text(2));
        if (old.Length == 0)
            throw a.Unfit(1, "a string that is not empty");
        long found = 0;
        for (
            int at = text.IndexOf(old, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal)
        )
            found++;
        return found * by.Length <= Value.MostSize
            ? Text(text.Replace(old, by, StringComparison.Ordinal))
            : throw a.Wrong("would make a string that is too long");
    }

    private static Value.Array Split(Arguments a)
    {
        string[] delimiters =
            a[1] is Value.Array
                ?
                [
                    .. a.Array(1)
                        .Select(d => d is Value.Text text ? text.Characters : throw a.Expected(1, "a string or an array of strings")),
                ]
                : [a.Text(1)];
        return new([.. a.Text(0).Split(delimiters, StringSplitOptions.None).Select(Text)]);
    }

    private static Value.Text Substring(Arguments a)
    {
        string text = a.Text(0);
        int start = a.Integer(1, 0, text.Length);
        int length = a.Has(2) ? a.Integer(2, 0, text.Length - start) : text.Length - start;
        return Text(text.Substring(start, length));
    }

    private static Value.Text Combine(Arguments a) =>
        Uri.TryCreate(a.Text(0), UriKind.Absolute, out Uri? root) && Uri.TryCreate(root, a.Text(1), out Uri? whole)
            ? Text(whole.ToString())
            : throw a.Unfit(0, "an absolute address such as https://example.org/");

    /// <summary>Scheme, host, port, path and query, as <c>parseUri</c> answers them; all but the first two may be left out.</summary>
    private static Value.Text BuildUri(Arguments a)
    {
        Value.Object parts = a.Object(0);
        if (parts.Get("scheme") is not Value.Text scheme || parts.Get("host") is not Value.Text host)
            throw a.Expected(0, "an object with 'scheme' and 'host', both strings");
        string query = (parts.Get("query") as Value.Text)?.Characters ?? "";
        try
        {
            return Text(
                new UriBuilder(
                    scheme.Characters,
                    host.Characters,
                    parts.Get("port") is Value.Integer { Whole: >= 0 and <= 65_535 } port ? (int)port.Whole : -1,
                    (parts.Get("path") as Value.Text)?.Characters ?? "",
                    query is "" or ['?', ..] ? query : $"?{query}"
                )
                    .Uri
                    .AbsoluteUri
            );
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw a.Wrong($"cannot make an address of that: {e.Message}");
        }
    }

    private static Value.Object ParseUri(Arguments a) =>
        Uri.TryCreate(a.Text(0), UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0
            ? new([
                KeyValuePair.Create("scheme", (Value)Text(uri.Scheme)),
                KeyValuePair.Create("host", (Value)Text(uri.Host)),
                KeyValuePair.Create("port", uri.Port < 0 ? (Value)Value.Null.Value : new Value.Integer(uri.Port)),
                KeyValuePair.Create("path", (Value)Text(uri.AbsolutePath)),
                KeyValuePair.Create("query", (Value)Text(uri.Query)),
            ])
            : throw a.Unfit(0, "an absolute address such as https://example.org/");

    [GeneratedRegex(
        @"\Adata:[^,;]*(?:;(?!base64)[^,;]*)*(?<base64>;base64)?,(?<data>.*)\z",
        RegexOptions.IgnoreCase | RegexOptions.Singleline
    )]
    private static partial Regex DataUri();

    [GeneratedRegex(@"\{[^{}]*\d{4,}[^{}]*\}")]
    private static partial Regex LongNumber();
}
