using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>
/// Whether what is reached over a circuit is reached over the Internet as well. Each side prefers its own way, so that packets go by one and come back by the other; whatever keeps
/// state on the way (firewalls, address translation) drops them then. Judged from tables, never from what was declared: a route that a router of the circuit has accepted, and a
/// route of the same origin to the same addresses that is seen on the Internet. The same is so of the addresses that traffic is translated to (NAT pools), for they are
/// announced like any others.
/// </summary>
public static class SeparateEdges
{
    public static readonly FindingKind Asymmetric = new(
        "AsymmetricRouting",
        "{prefix} comes over {peering} ({circuitPath}), and over the Internet too ({internetPrefix} by {internetPath}, seen at {seenAt}): packets that go one way come back the other, and what keeps state drops them. Announce it on one of the two only, or translate addresses at an edge of its own."
    );

    /// <summary>What linked networks send to anybody's public address goes to the customer then, the services' too.</summary>
    public static readonly FindingKind DefaultRouting = new(
        "DefaultRoutingWithoutServices",
        "Private peering takes the default route, so that what linked networks send to services on public addresses goes to your network too: configure public or Microsoft peering to reach them."
    );

    /// <summary>The ASNs whose announcement on the Internet is the customer's own: whom the prefixes belong to, and whom the session is with.</summary>
    public static IEnumerable<Asn> Owners(Peering peering) =>
        peering.Families.Select(f => f.Configured.Public?.OwnerFor(peering.PeerAsn)).OfType<Asn>().Append(peering.PeerAsn).Distinct();

    /// <summary>One finding for each prefix that comes both ways; the most specific way of the Internet is told.</summary>
    /// <param name="router">Where the circuit's route is.</param>
    /// <param name="accepted">A route that a router has accepted of the peering.</param>
    /// <param name="paths">The ways to it that are seen on the Internet.</param>
    /// <param name="ours">Our ASN, where the circuit's path ends.</param>
    public static Finding? Judge(
        Circuit circuit,
        Peering peering,
        string router,
        RouteReport accepted,
        IReadOnlyList<InternetPath> paths,
        Asn ours
    )
    {
        Asn[] owners = [.. Owners(peering)];
        // A way that leads through us is the circuit itself, seen from outside.
        InternetPath? other = paths
            .Where(p => p.Origin is { } origin && owners.Contains(origin) && !Passes(p.AsPath, ours))
            .OrderByDescending(p => p.Prefix == accepted.Prefix)
            .ThenByDescending(p => p.Prefix.Length)
            .FirstOrDefault();
        return other is null
            ? null
            : Asymmetric.Found(
                FindingLevel.Warning,
                "customer",
                accepted.Since,
                ("prefix", accepted.Prefix.ToString()),
                ("peering", peering.Type.ToString()),
                ("circuitPath", $"AS{ours} {router} {circuit.Id.Name} {Numbers(accepted.AsPath)}"),
                ("internetPrefix", other.Prefix.ToString()),
                ("internetPath", Numbers(other.AsPath)),
                ("seenAt", other.SeenAt)
            );
    }

    private static bool Passes(string path, Asn asn) => path.Split(' ').Contains(asn.ToString());

    private static string Numbers(string path) =>
        string.Join(' ', path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => char.IsAsciiDigit(n[0]) ? $"AS{n}" : n));
}
