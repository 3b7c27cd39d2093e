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

    /// <summary>Said of a text that is not written so; null for the general words.</summary>
    public string? Says { get; init; }
}

/// <summary>
/// The rules of the API for what people type, as far as a page can know them: they are held to the API's own by a test, since the portal sees nothing of the domain.
/// </summary>
internal static class FormRules
{
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
                Least = 1,
                Most = MostAsn,
            },
            ("customerAsn", _) => new FormRule
            {
                Check = "asn",
                Least = 1,
                Most = MostAsn,
            },
            ("primary", FieldKind.Text) => new FormRule
            {
                Check = "subnet",
                Other = "secondary",
                Taken = act.TakenIn(field.Name),
            },
            ("secondary", FieldKind.Text) => new FormRule
            {
                Check = "subnet",
                Other = "primary",
                Taken = act.TakenIn(field.Name),
            },
            ("prefixes" or "prefixes6", FieldKind.Long) => new FormRule { Check = "prefixes" },
            ("key", FieldKind.Secret) => new FormRule { Check = "key" },
            ("v4", FieldKind.Text) => new FormRule { Check = "four" },
            ("v6", FieldKind.Text) => new FormRule { Check = "six" },
            ("weight", FieldKind.Number) => new FormRule { Least = 0, Most = 32_000 },
            ("maxV4" or "maxV6", FieldKind.Number) => new FormRule { Least = 0, Most = 2_000_000 },
            _ when field is { Pattern: not null, Help: { } help } => new FormRule { Says = help },
            _ => null,
        };
}
