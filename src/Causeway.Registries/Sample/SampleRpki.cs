using Causeway.Primitives;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Sample;

/// <summary>
/// The embedded sample of the RPKI: documentation prefixes and ASNs only (RFC 5737, RFC 3849, RFC 5398), so that prefixes are proven and refused without any
/// network. With the IRR part it shows each outcome:
/// 192.0.2.0/24 of AS64496 by ROA and route object; 198.51.100.0/24 of AS64497 by route object alone; 203.0.113.0/24 of AS64498 by ROA alone;
/// 192.0.2.0/25 refused as too long, 192.0.2.0/24 of any other ASN as wrong origin.
/// </summary>
public static class SampleRpki
{
    /// <summary>When the sample was made; it does not age.</summary>
    public static readonly DateTimeOffset AsOf = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Prefix, byte MaxLength, uint Asn, string Anchor)[] Vrps =
    [
        ("192.0.2.0/24", 24, 64496, "ripe"),
        ("203.0.113.0/24", 25, 64498, "arin"),
        ("2001:db8::/36", 48, 64496, "ripe"),
        ("2001:db8:ff00::/40", 40, 64500, "apnic"),
        // Nobody may originate this one, although AS64499 has a route6 object around it (RFC 6483 §4).
        ("2001:db8:dead::/48", 48, 0, "lacnic"),
    ];

    public static RpkiSource Source { get; } = Make();

    private static RpkiSource Make()
    {
        (Vrp Vrp, string Anchor)[] vrps = [.. Vrps.Select(v => (new Vrp(IpPrefix.Parse(v.Prefix), v.MaxLength, new Asn(v.Asn)), v.Anchor))];
        return new RpkiSource("sample", "sample", VrpTable.Build(vrps.Select(v => v.Vrp)), AsOf)
        {
            Aspas = [new Aspa(new Asn(64496), [new Asn(64510), new Asn(64511)])],
        }.WithAnchors(vrps);
    }
}
