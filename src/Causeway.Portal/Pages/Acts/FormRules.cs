using Causeway.Contracts.Circuits;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What the script of a form knows of a field, to say what is wrong while one types.</summary>
public sealed record FormRule
{
    /// <summary>The name of a check of <c>forms.js</c>; null for none.</summary>
    public string? Check { get; init; }

    /// <summary>The least of a whole number; null for what is no number.</summary>
    public long? Least { get; init; }

    /// <summary>The most of a whole number; null for what is no number.</summary>
    public long? Most { get; init; }

    /// <summary>Values that others have, and who.</summary>
    public IReadOnlyDictionary<string, string>? Taken { get; init; }

    /// <summary>The field whose value must not meet it; null for none.</summary>
    public string? Other { get; init; }

    /// <summary>The name of a check of <c>forms.js</c> that finds what is taken, and will not work: said, and nobody is kept from it; null for none.</summary>
    public string? Warns { get; init; }

    /// <summary>Of which family prefixes have to be, as people call it; null for both.</summary>
    public string? Family { get; init; }

    /// <summary>Where what is named has a link; null for everywhere.</summary>
    public LinkSpaceSideBody? Links { get; init; }

    /// <summary>The field that names a LAN; null for none.</summary>
    public string? Of { get; init; }

    /// <summary>By the value of that field, the prefix in which an address has to be; null where nothing is known of it.</summary>
    public IReadOnlyDictionary<string, string>? Lans { get; init; }

    /// <summary>Fields of which none can be without this one; null for what is needed always, or never.</summary>
    public IReadOnlyList<string>? Along { get; init; }

    /// <summary>Fields of which one is enough for this one not to be needed; null for none.</summary>
    public IReadOnlyList<string>? Unless { get; init; }

    /// <summary>Said where it is needed and missing; null for the general words.</summary>
    public string? Needed { get; init; }

    /// <summary>Said of a text that is not written so; null for the general words.</summary>
    public string? Says { get; init; }
}

/// <summary>
/// The rules of the API for what people type, as far as a page can know them: they are held to the API's own by a test, since the portal sees nothing of the domain.
/// </summary>
internal static class FormRules
{
    /// <summary>Of a routing domain, what its IPv4 is made of.</summary>
    private static readonly string[] Four = ["primary", "secondary", "prefixes"];

    /// <summary>Of a routing domain, what its IPv6 is made of.</summary>
    private static readonly string[] Six = ["primary6", "secondary6", "prefixes6"];

    private const long MostAsn = 4_294_967_295;

    public static Dictionary<string, FormRule> Of(Act act) =>
        act.Fields.Select(f => (f.Name, Rule: Of(act, f))).Where(r => r.Rule is not null).ToDictionary(r => r.Name, r => r.Rule!);

    private static FormRule? Of(Act act, Field field) =>
        (field.Name, field.Kind) switch
        {
            ("vlan", FieldKind.Number) => new FormRule
            {
                Check = "vlan",
                Least = 1,
                Most = 4094,
                Taken = act.TakenIn(field.Name),
            },
            // An ASN of one's own, and one that a session of a circuit has: there the platform keeps some.
            ("asn", FieldKind.Number) => new FormRule
            {
                Check = act.On.Length == 0 ? "asn" : "peer",
                Warns = act.On.Length == 0 ? "private" : null,
                Least = 1,
                Most = MostAsn,
            },
            ("customerAsn" or "customerAsn6", _) => new FormRule
            {
                Check = "asn",
                Least = 1,
                Most = MostAsn,
            },
            ("primary", FieldKind.Text) => new FormRule
            {
                Check = "subnet",
                Other = "secondary",
                Along = [.. Four.Where(f => f != field.Name)],
                Unless = Six,
                Needed = field.Needed,
                Taken = act.TakenIn(field.Name),
                Warns = "links",
                Links = act.Links.GetValueOrDefault(field.Name),
            },
            ("secondary", FieldKind.Text) => new FormRule
            {
                Check = "subnet",
                Other = "primary",
                Along = [.. Four.Where(f => f != field.Name)],
                Unless = Six,
                Needed = field.Needed,
                Taken = act.TakenIn(field.Name),
                Warns = "links",
                Links = act.Links.GetValueOrDefault(field.Name),
            },
            ("primary6" or "secondary6", FieldKind.Text) => new FormRule
            {
                Check = "subnet6",
                Other = field.Name == "primary6" ? "secondary6" : "primary6",
                Along = [.. Six.Where(f => f != field.Name)],
                Taken = act.TakenIn(field.Name),
            },
            // What is declared is announced to the Internet; what is accepted was declared before.
            ("prefixes", FieldKind.Long) when act.Name == "accept" => new FormRule { Check = "prefixes" },
            ("prefixes" or "prefixes6", FieldKind.Long) => new FormRule
            {
                Check = "declared",
                Family = field.Name == "prefixes" ? "IPv4" : "IPv6",
                Along = field.Name == "prefixes" ? Four : Six,
                Unless = field.Name == "prefixes" ? Six : null,
            },
            ("space", FieldKind.Long) => new FormRule { Check = "spaces" },
            ("subnet", FieldKind.Text) => new FormRule
            {
                Check = "within",
                Other = "space",
                Warns = "gateway",
            },
            // Of one that is chosen the numbers are known.
            ("asn", FieldKind.Choice) => new FormRule { Warns = "private", Taken = act.TakenIn(field.Name) },
            (_, FieldKind.Many) when !field.IsOptional => new FormRule { Check = "some" },
            ("key", FieldKind.Secret) => new FormRule { Check = "key" },
            ("v4" or "v6", FieldKind.Text) => new FormRule
            {
                Check = field.Name == "v4" ? "four" : "six",
                Other = field.Name == "v4" ? "v6" : "v4",
                Of = "exchange",
                Lans = act.Lans.GetValueOrDefault(field.Name),
            },
            ("weight", FieldKind.Number) => new FormRule { Least = 0, Most = 32_000 },
            ("maxV4" or "maxV6", FieldKind.Number) => new FormRule { Least = 0, Most = 2_000_000 },
            _ when field is { Pattern: not null, Help: { } help } => new FormRule { Says = help },
            _ => null,
        };
}
