using Causeway.Client;

namespace Causeway.Portal.Pages;

/// <summary>What acts are called beside the thing that they are about.</summary>
internal static class ActNames
{
    /// <summary>What leads to a name at the end of what an act is called, in all languages.</summary>
    private static readonly HashSet<string> s_leads =
    [
        "of",
        "to",
        "for",
        "about",
        "by",
        "from",
        "från",
        "in",
        "i",
        "för",
        "till",
        "om",
        "av",
        "genom",
        "van",
        "met",
        "over",
        "naar",
        "door",
    ];

    /// <summary>The name of the thing that all acts with one are about; null where there are several, or none.</summary>
    public static string? OfOne(IEnumerable<string> paths) =>
        paths.Select(p => p.Split("?on=") is [_, var on] ? on.Split('&')[0] : null).Where(on => on is not null).Distinct().ToArray()
            is [{ } one]
            ? Ids.NameOf(Uri.UnescapeDataString(one))
            : null;

    /// <summary>What is seen of a text, and what only screen readers say: its end, when that is the name and what leads to it.</summary>
    public static (string Seen, string Unseen) Split(string text, string? name)
    {
        if (name is not { Length: > 0 } || !text.EndsWith($" {name}", StringComparison.Ordinal))
            return (text, "");
        int end = text.Length - name.Length - 1;
        int last = text.LastIndexOf(' ', end - 1);
        if (last > 0 && s_leads.Contains(text[(last + 1)..end]))
            end = last;
        return (text[..end], text[end..]);
    }
}
