using System.Globalization;
using Causeway.Client;

namespace Causeway.Portal.Pages;

/// <summary>How a value is shown.</summary>
public enum CellKind
{
    Text,

    /// <summary>What is copied: addresses, keys, prefixes.</summary>
    Code,

    /// <summary>A state, with the colour of how good it is.</summary>
    State,
    Number,

    /// <summary>How much: at the right, under the others.</summary>
    Amount,

    /// <summary>An instant, which is not broken over two lines.</summary>
    Time,

    /// <summary>Several, each on a line of its own; many are folded.</summary>
    Lines,
}

/// <summary>A value on a page.</summary>
/// <param name="Href">Where it leads; null for nowhere.</param>
/// <param name="Tone">Of a state: <c>good</c>, <c>wait</c>, <c>bad</c> or <c>plain</c>.</param>
public sealed record Cell(string Text, CellKind Kind = CellKind.Text, string? Href = null, string Tone = "plain")
{
    public static Cell Of(string? text) => new(text ?? "");

    /// <summary>All of what the text is the short form of; null where it says all.</summary>
    public string? Whole { get; init; }

    /// <summary>How a file has it, where programs read what people read otherwise; null where both read the same.</summary>
    public string? Filed { get; init; }

    /// <summary>The language of the text, where it is not the page's; null where it is, or nobody knows.</summary>
    public string? Lang { get; init; }

    /// <summary>What the server says in its own words, which are English.</summary>
    public static Cell Said(Language.Words words, string? text) => Of(text) with { Lang = words.Language == "en" ? null : "en" };

    public static Cell Lines(IEnumerable<string> lines) => new(string.Join('\n', lines), CellKind.Lines);

    public static Cell Code(string? text) => new(text ?? "", CellKind.Code);

    /// <summary>Of a resource, a check or a finding.</summary>
    public static Cell State(string? text) => Toned(text, Tones.Of);

    /// <summary>Whether what was asked for is in place (<c>provisioningState</c>): that it is says nothing of whether it can be used, and is no good news.</summary>
    public static Cell Stored(string? text) => Toned(text, t => Tones.Of(t) is var tone && tone == "good" ? "plain" : tone);

    /// <summary>Of several at once: each once, in the colour of the worst.</summary>
    public static Cell States(IEnumerable<string?> all)
    {
        string[] some = [.. all.OfType<string>().Where(s => s.Length > 0).Distinct()];
        return some.Length == 0
            ? new("")
            : new(
                string.Join(", ", some),
                CellKind.State,
                Tone: some.Select(Tones.Of)
                    .MinBy(t =>
                        t switch
                        {
                            "bad" => 0,
                            "wait" => 1,
                            "plain" => 2,
                            _ => 3,
                        }
                    )!
            );
    }

    /// <summary>
    /// Of a BGP session (RFC 4271 §8.2.2), whose Active means that nobody answers: what it means is said, since a peering that is Active is one that works.
    /// </summary>
    public static Cell Session(Language.Words words, string? text) =>
        Toned(text, Tones.OfSession) with
        {
            Text = text switch
            {
                "Connect" or "Active" or "OpenSent" or "OpenConfirm" => words["portal session connecting", text],
                "Idle" => words["portal session idle", text],
                _ => text ?? "",
            },
        };

    /// <summary>Of a background loop, which waits when all is well.</summary>
    public static Cell Loop(string? text) => Toned(text, Tones.OfLoop);

    public static Cell Number(decimal? number) => new(number?.ToString("0.####", CultureInfo.InvariantCulture) ?? "", CellKind.Number);

    /// <summary>How much there is of something, its thousands apart (ISO 80000-1 §7.3.1) and its ones under each other.</summary>
    public static Cell Amount(long? number) => Amount(Language.Words.English, number);

    /// <summary>The same of what may be a part of one, which a language parts by its own mark.</summary>
    /// <param name="form">As .NET has forms of numbers.</param>
    /// <param name="unit">Said after it; null for none.</param>
    public static Cell Amount(Language.Words words, decimal? number, string form = "#,0.##", string? unit = null) =>
        new(With(number?.ToString(form, words.Language == "en" ? s_point : s_comma), unit), CellKind.Amount)
        {
            Filed = With(number?.ToString(form.Replace("#,", "", StringComparison.Ordinal), CultureInfo.InvariantCulture), unit),
        };

    private static string With(string? number, string? unit) =>
        number is null ? ""
        : unit is null ? number
        : $"{number} {unit}";

    private static readonly NumberFormatInfo s_point = new() { NumberGroupSeparator = "\u202f", NumberDecimalSeparator = "." };
    private static readonly NumberFormatInfo s_comma = new() { NumberGroupSeparator = "\u202f", NumberDecimalSeparator = "," };

    public static Cell Time(DateTimeOffset? at) =>
        new(at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "", CellKind.Time);

    /// <summary>The class of the cell of a table that holds it; null for none.</summary>
    public string? Class =>
        Text.Length == 0 ? "none"
        : Kind == CellKind.Code && Text.Length <= 12 ? "short"
        : Kind is CellKind.Number or CellKind.Amount or CellKind.Time ? Kind.ToString().ToLowerInvariant()
        : null;

    /// <summary>A resource, by its name, leading to its page where it has one.</summary>
    public static Cell Link(string? id, string? text = null) =>
        id is null ? new("") : new(text ?? Ids.NameOf(id), CellKind.Text, PortalPages.HasPage(id) ? PathOf(id) : null);

    /// <summary>The page of a resource.</summary>
    public static string PathOf(string id) => "/portal/r" + string.Join('/', id.Split('/').Select(Uri.EscapeDataString));

    private static Cell Toned(string? text, Func<string, string> toneOf) =>
        string.IsNullOrEmpty(text) ? new("") : new(text, CellKind.State, Tone: toneOf(text));
}

/// <summary>How good a state is.</summary>
internal static class Tones
{
    /// <summary>Only a session that is up is good; one that nobody tries is bad, one that is tried waits.</summary>
    public static string OfSession(string state) =>
        state switch
        {
            "Established" => "good",
            "Connect" or "Active" or "OpenSent" or "OpenConfirm" => "wait",
            "Idle" => "bad",
            _ => "plain",
        };

    public static string OfLoop(string state) =>
        state switch
        {
            "Running" or "Waiting" => "good",
            "Failing" or "Hung" => "bad",
            _ => "plain",
        };

    /// <summary>Of resources, checks and findings.</summary>
    public static string Of(string state) =>
        state.ToLowerInvariant() switch
        {
            "provisioned"
            or "enabled"
            or "succeeded"
            or "active"
            or "approved"
            or "connected"
            or "ok"
            or "passed"
            or "valid"
            or "configured"
            or "proven"
            or "accepted" => "good",
            "failed" or "blocking" or "rejected" or "notvalid" or "invalid" or "disabled" or "refused" or "error" => "bad",
            "warning"
            or "provisioning"
            or "deprovisioning"
            or "updating"
            or "deleting"
            or "pending"
            or "pendingapproval"
            or "provisioningstarted"
            or "provisioningcompleted"
            or "validating"
            or "validationneeded"
            or "pendingadd"
            or "pendingupdate"
            or "pendingremove"
            or "connecting"
            or "waiting"
            or "externalblocker" => "wait",
            _ => "plain",
        };
}
