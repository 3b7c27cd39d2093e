using System.Globalization;
using System.Text.RegularExpressions;
using Causeway.Language;

namespace Causeway.Portal.Pages;

/// <summary>Why a route was refused, in words; the numbers are those of docs/reasons.md.</summary>
internal static partial class Reasons
{
    /// <summary>Words, name and number; only name and number of a reason that is newer than the words.</summary>
    public static string Of(Words words, string name, int number) =>
        words.Has($"portal reason {name}")
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{words[$"portal reason {name}"]} ({words["portal reason number", number]}: {name})"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{name} ({number})");

    /// <summary>Who can do something about it.</summary>
    public static string ActsOf(Words words, string name) =>
        name switch
        {
            "DeniedByPolicy" or "NoPolicy" or "OwnOriginator" => words["portal acts operator"],
            "RpkiInvalid" or "NotRegistered" or "OriginNotRegistered" => words["portal acts holder"],
            _ => words["portal acts network"],
        };

    /// <summary>Where what registries and tickets say of a refused prefix is looked up: as its origin announces it; null where that does not matter, or is not the viewer's to ask.</summary>
    public static string? ProofOf(Asked asked, string name, string prefix, string path) =>
        name is "RpkiInvalid" or "NotRegistered" or "OriginNotRegistered"
        && asked.Viewer.Sides.Contains(Side.Customer)
        && path.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var last]
        && uint.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out uint origin)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"/portal/{Side.Customer.Key}/whatif?prefixes={Uri.EscapeDataString(prefix)}&asn={origin}"
            )
            : null;

    /// <summary>What the finding of refused routes counts by reason, such as <c>2 NotRegistered (14), 1 Bogon (3)</c>, in words.</summary>
    public static string Counted(Words words, string reasons) =>
        Count()
            .Replace(
                reasons,
                m => $"{m.Groups[1].Value} × {Of(words, m.Groups[2].Value, int.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture))}"
            )
            .Replace("), ", "); ", StringComparison.Ordinal);

    [GeneratedRegex(@"(\d+) (\w+) \((\d{1,5})\)")]
    private static partial Regex Count();
}
