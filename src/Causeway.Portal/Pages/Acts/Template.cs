using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Causeway.Portal.Pages.Acts;

/// <summary>
/// Requests and command lines with places for what a form holds. What a page shows of an act and what is sent for it come from the same template, so that one
/// cannot differ from the other. <c>{name}</c> is a value of the form; in JSON a string that is a place alone may say what it becomes: <c>{vlan:number}</c>,
/// <c>{prefixes:list}</c>, <c>{anyway:boolean}</c>; with <c>?</c> (<c>{notes?}</c>) the member goes when there is no value, and an object with a member <c>?</c> goes when the places in that
/// have none. In a line, <c>[--notes {notes}]</c> goes likewise, and in
/// lines and paths a place may take a part of an id: <c>{circuit:name}</c>, <c>{circuit:group}</c>, <c>{circuit:subscription}</c>, and
/// <c>{circuit:container}</c>, the id of its group, and <c>{peering:parent}</c>, the id of what it is a part of, and <c>{scope:scope}</c>, what stands before <c>/providers</c> (of <c>/</c>, nothing); <c>{prefixes:words}</c> are several words, <c>{key:file}</c> a file that
/// holds it, <c>{notes:given}</c> what is given, be it nothing. In a line, what stands between double quotes is one word, whatever comes into it.
/// </summary>
internal static partial class Template
{
    /// <summary>The place of a line in which the whole body stands.</summary>
    public const string WholeBody = "body";

    /// <summary>The member of an object that says of what values there have to be some for it to be there; it is not sent.</summary>
    private const string Only = "?";

    private static readonly char[] Between = [' ', ',', ';', '\n', '\r', '\t'];

    /// <summary>
    /// The body with its values; null when nothing of it is left. Laid over a document that is there: what the template does not name is sent as it was, to the letter.
    /// </summary>
    /// <param name="value">Of a field; empty for none.</param>
    /// <param name="old">The document, or the part of it that stands where the template does; null for none.</param>
    public static JsonNode? Body(JsonNode? template, Func<string, string> value, JsonNode? old = null)
    {
        switch (template)
        {
            case JsonObject members:
            {
                if (members[Only] is { } only && Place().Replace(only.ToString(), m => value(m.Groups[1].Value).Trim()).Length == 0)
                    return null;
                JsonObject filled = (old as JsonObject)?.DeepClone() as JsonObject ?? [];
                foreach ((string name, JsonNode? member) in members.Where(m => m.Key != Only))
                    if (Body(member, value, (old as JsonObject)?[name]) is { } node)
                        filled[name] = node;
                    else
                        filled.Remove(name);
                return filled;
            }
            case JsonArray items:
                return new JsonArray([.. items.Select(i => Body(i, value)).Where(i => i is not null)]);
            case JsonValue text when text.TryGetValue(out string? said):
                return Alone().Match(said) is { Success: true } place
                    ? Valued(value(place.Groups[1].Value).Trim(), place.Groups[2].Value, place.Groups[3].Length > 0)
                    : JsonValue.Create(Place().Replace(said, m => value(m.Groups[1].Value).Trim()));
            default:
                return template?.DeepClone();
        }
    }

    /// <summary>
    /// Whether a text is the id of something, and no more: what would end a path (a question mark, a percent sign that hides one) or lead up in it makes another
    /// request of it than the one that is shown.
    /// </summary>
    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>A path with its values, each encoded, except those that are ids themselves.</summary>
    public static string Path(string template, Func<string, string> value) =>
        Place().Replace(template, m => Part(m, value) is var text && IsId(text) ? text : Uri.EscapeDataString(text));

    /// <summary>A command line with its values, quoted where a shell needs it; what is not known yet stands in capitals.</summary>
    public static string Line(string template, Func<string, string> value)
    {
        string whole = Optional()
            .Replace(template, m => Place().Matches(m.Value).All(p => value(p.Groups[1].Value).Trim().Length > 0) ? m.Groups[1].Value : "");
        return Spaces()
            .Replace(
                PlaceOrWord()
                    .Replace(whole, m => m.Value[0] == '"' ? Quoted(Place().Replace(m.Value[1..^1], p => Said(p, value))) : Word(m, value)),
                " "
            )
            .Trim();
    }

    private static string Word(Match place, Func<string, string> value) =>
        Part(place, value) is { Length: > 0 } text
            ? place.Groups[2].Value == "words"
                ? string.Join(' ', text.Split(Between, StringSplitOptions.RemoveEmptyEntries).Select(Quoted))
                : Quoted(text)
            : place.Groups[2].Value == "given"
                ? "''"
                : place.Groups[1].Value.ToUpperInvariant();

    private static string Said(Match place, Func<string, string> value) =>
        Part(place, value) is { Length: > 0 } text ? text : place.Groups[1].Value.ToUpperInvariant();

    /// <summary>Of a value, what the place takes of it.</summary>
    private static string Part(Match place, Func<string, string> value)
    {
        string text = value(place.Groups[1].Value).Trim();
        string[] segments = text.Split('/');
        return place.Groups[2].Value switch
        {
            "name" => segments[^1],
            "subscription" => segments.ElementAtOrDefault(2) ?? "",
            "group" => segments.ElementAtOrDefault(4) ?? "",
            "container" => string.Join('/', segments.Take(5)),
            "scope" => text.TrimEnd('/'),
            "parent" => string.Join('/', segments.SkipLast(2)),
            "file" => text.Length == 0 ? "" : $"{place.Groups[1].Value}.txt",
            _ => text,
        };
    }

    private static JsonNode? Valued(string text, string kind, bool isOptional) =>
        text.Length == 0 && isOptional ? null
        : kind == "number" && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? JsonValue.Create(number)
        : kind == "boolean" ? JsonValue.Create(text == "true")
        : kind == "list" ? new JsonArray([.. text.Split(Between, StringSplitOptions.RemoveEmptyEntries).Select(t => JsonValue.Create(t))])
        : JsonValue.Create(text);

    private static string Quoted(string text) => Safe().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"\{(\w+)(?::(\w+))?\??\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"""[^""]*""|\{(\w+)(?::(\w+))?\??\}")]
    private static partial Regex PlaceOrWord();

    [GeneratedRegex(@"^\{(\w+)(?::(\w+))?(\?)?\}$")]
    private static partial Regex Alone();

    [GeneratedRegex(@"\[([^\[\]]*)\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"^(?:/(?!\.{1,2}(?:/|$))[\w.()~ -]+)+$")]
    private static partial Regex Id();

    [GeneratedRegex("  +")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^[\w@%+=:,./-]+$")]
    private static partial Regex Safe();
}
