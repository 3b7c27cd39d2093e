using Causeway.Domain.Routers;
using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>One session over which a prefix should be heard.</summary>
/// <param name="Peer">The peer's address.</param>
/// <param name="Route">What is heard of exactly this prefix; null for nothing.</param>
public sealed record PrefixHearing(string Router, string Peer, bool IsEstablished, RouteReport? Route);

/// <summary>What is wrong with how a prefix is received.</summary>
public enum ReceptionFault
{
    /// <summary>It is no prefix of the Internet.</summary>
    NotPublic,

    /// <summary>A session does not have it.</summary>
    NotReceived,

    /// <summary>Its route lacks the community by which Peering Service is known.</summary>
    NoCommunity,

    /// <summary>More than <see cref="PrefixReception.LongestPath"/> ASNs, an ASN twice in a row, or a set of them.</summary>
    LongPath,

    /// <summary>A private ASN in the path.</summary>
    PrivateAsn,

    /// <summary>Its origin is another ASN than the one that it should have.</summary>
    WrongOrigin,

    /// <summary>No registry says that it is its origin's.</summary>
    NotRegistered,

    /// <summary>Our router refuses the route for another reason.</summary>
    Refused,
}

/// <param name="Says">Where and what, for people, as the end of a sentence.</param>
public sealed record Reception(ReceptionFault Fault, PrefixHearing? At, string Says);

/// <summary>
/// How a prefix of Peering Service has to be received (azure-behaviour f.11): public, over every session, with the community, by a short path without private
/// ASNs and prepending, from an origin that a registry knows. Pure.
/// </summary>
public static class PrefixReception
{
    /// <summary>Most ASNs of a path.</summary>
    public const int LongestPath = 3;

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    /// <param name="community">That the routes have to carry; null for none.</param>
    /// <param name="peer">Whose sessions they are.</param>
    /// <param name="origin">Who has to originate it; null for whoever it is registered to.</param>
    /// <param name="isRegistered">What the registries say of an origin: null for yes, else what they say.</param>
    public static Reception? Judge(
        IpPrefix prefix,
        IReadOnlyCollection<PrefixHearing> sessions,
        uint? community,
        Asn peer,
        Asn? origin,
        Func<Asn, string?> isRegistered
    )
    {
        if (!IsPublic(prefix))
            return new Reception(ReceptionFault.NotPublic, null, $"{prefix} is not a prefix that is routed on the Internet");
        foreach (PrefixHearing at in sessions)
            if (at.Route is null)
                return new Reception(
                    ReceptionFault.NotReceived,
                    at,
                    at.IsEstablished
                        ? $"its session with {at.Router} is up, and does not announce {prefix}"
                        : $"its session with {at.Router} is down"
                );
        foreach (PrefixHearing at in sessions)
        {
            RouteReport route = at.Route!;
            if (community is { } mark && !route.Communities.Contains(mark))
                return new Reception(
                    ReceptionFault.NoCommunity,
                    at,
                    $"the route of {prefix} from {at.Peer} lacks {Topology.AnnouncedService.Text(mark)}"
                );
            string[] path = route.AsPath.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var asns = new List<Asn>();
            foreach (string hop in path)
                if (Asn.TryParse(hop, out Asn asn))
                    asns.Add(asn);
            if (path.Length > LongestPath || asns.Count != path.Length || asns.Zip(asns.Skip(1)).Any(n => n.First == n.Second))
                return new Reception(
                    ReceptionFault.LongPath,
                    at,
                    $"'{route.AsPath}' from {at.Peer}: at most {LongestPath} different ASNs, none of them prepended"
                );
            if (!peer.IsPrivate && asns.Any(a => a.IsPrivate))
                return new Reception(ReceptionFault.PrivateAsn, at, $"'{route.AsPath}' from {at.Peer} has a private ASN");
            Asn from = asns.Count > 0 ? asns[^1] : peer;
            if (origin is { } wanted && from != wanted)
                return new Reception(ReceptionFault.WrongOrigin, at, $"'{route.AsPath}' from {at.Peer} does not end with AS{wanted}");
            if (isRegistered(from) is { } no)
                return new Reception(ReceptionFault.NotRegistered, at, no);
            if (route.Refused != RefuseReason.None)
                return new Reception(ReceptionFault.Refused, at, $"the route from {at.Peer} is refused by {at.Router}: {route.Refused}");
        }
        return null;
    }

    public static bool IsPublic(IpPrefix prefix) =>
        !prefix.IsDefaultRoute && !AddressSpaces.Outside(AddressSpace.Laboratory).Any(b => b.Overlaps(prefix));

    /// <summary>How it stands with a prefix, with the words that Microsoft's documents have for it before what was seen here.</summary>
    public static PrefixSeen ForPeer(long round, Reception? reception, bool isRegistryAway) =>
        reception switch
        {
            null => isRegistryAway
                ? new PrefixSeen(
                    round,
                    PrefixState.Unknown,
                    "It is received as it should be; no registry is loaded here that could say whose it is."
                )
                : new PrefixSeen(round, PrefixState.Verified, null),
            { Fault: ReceptionFault.NotPublic } => new PrefixSeen(round, PrefixState.Invalid, $"{reception.Says}."),
            { Fault: ReceptionFault.NotReceived } => Failed(round, $"Prefix not received from IP {reception.At!.Peer}", reception),
            { Fault: ReceptionFault.NoCommunity } => Failed(round, "Advertisement missing MAPS community", reception),
            { Fault: ReceptionFault.LongPath or ReceptionFault.PrivateAsn or ReceptionFault.WrongOrigin } => Failed(
                round,
                "AS path isn't correct",
                reception
            ),
            { Fault: ReceptionFault.NotRegistered } => Failed(round, "Origin ASN isn't registered for the prefix", reception),
            _ => Failed(round, "Prefix isn't accepted", reception),
        };

    private static PrefixSeen Failed(long round, string what, Reception reception) =>
        new(round, PrefixState.Failed, $"{what}: {reception.Says}.");
}
