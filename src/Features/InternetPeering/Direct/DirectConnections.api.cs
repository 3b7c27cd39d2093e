using System.Net;
using System.Security.Cryptography;
using System.Text;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Reads the cables of a direct peering: in which building each is, on which router it ends, how wide it is, and which addresses its two ends have. The peer brings a
/// /30, /31, /126 or /127, or we give one of what the topology has for the building. Two that ask at once are given different ones, or the second is refused by its claim.
/// </summary>
internal sealed class DirectConnections(PeeringDesk desk, IStore store)
{
    private const int LongestIdentifier = 64;

    /// <summary>Links of a pool that are looked at before it counts as used up.</summary>
    private const int MostTried = 1 << 20;

    /// <summary>What the peering is for: as it was, or Edge, unless the body says otherwise.</summary>
    public static DirectPeeringType TypeOf(BodyReader direct, Peering? present) =>
        direct.Enum<DirectPeeringType>("directPeeringType") ?? present?.DirectType ?? DirectPeeringType.Edge;

    public async ValueTask<List<WantedConnection>> ReadAsync(
        ArmRequest request,
        BodyReader direct,
        string? location,
        DirectPeeringType type,
        Peering? present
    )
    {
        IReadOnlyList<BodyReader>? items = direct.Objects("connections", Peering.MostConnections);
        if (direct.IsPresent && (items is { Count: 0 } || !direct.Has("connections")))
            direct.Problem(
                "InvalidRequestFormat",
                "connections",
                "'properties.direct.connections' is empty: name at least one, with its facility and its bandwidth."
            );
        var wanted = new List<WantedConnection>();
        var links = new Links(store, request.Aborted);
        foreach (BodyReader item in items ?? [])
        {
            Facility? facility = FacilityOf(item, location, type);
            Bandwidth? bandwidth = BandwidthOf(item, facility);
            SessionAddressProvider? given = item.Enum<SessionAddressProvider>("sessionAddressProvider");
            bool forPeeringService = item.Boolean("useForPeeringService") ?? false;
            string? identifier = item.String("connectionIdentifier", LongestIdentifier);
            BodyReader session = item.Object("bgpSession");
            End? v4 = Free(EndOf(session, IpFamily.V4), session, "sessionPrefixV4"),
                v6 = Free(EndOf(session, IpFamily.V6), session, "sessionPrefixV6");
            int most4 = session.Integer("maxPrefixesAdvertisedV4", 0, PeeringDesk.MostPrefixes) ?? 0,
                most6 = session.Integer("maxPrefixesAdvertisedV6", 0, PeeringDesk.MostPrefixes) ?? 0;
            PeerKey key = desk.Key(session);
            SessionAddressProvider provider =
                given ?? (v4 is null && v6 is null ? SessionAddressProvider.Microsoft : SessionAddressProvider.Peer);
            if (provider == SessionAddressProvider.Peer && v4 is null && v6 is null && direct.Refusal is null)
                item.Problem(
                    "SessionPrefixRequired",
                    "bgpSession.sessionPrefixV4",
                    "With sessionAddressProvider Peer you give the addresses of the cable: sessionPrefixV4 (/30 or /31), sessionPrefixV6 (/126 or /127), or both."
                );
            if (facility is null || bandwidth is null || direct.Refusal is not null)
                continue;
            if (string.IsNullOrEmpty(identifier))
                identifier = Known(present, wanted, facility, v4, v6) ?? Guid.NewGuid().ToString("D");
            if (wanted.Any(w => w.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase)))
            {
                item.Problem(
                    "InvalidParameter",
                    "connectionIdentifier",
                    $"'{identifier}' is listed twice: each connection has an identifier of its own."
                );
                continue;
            }
            Connection? stored = present?.Find(identifier);
            if (provider == SessionAddressProvider.Microsoft)
            {
                if (stored?.Link is { AddressProvider: SessionAddressProvider.Microsoft } kept)
                    (v4, v6) = (Kept(kept.V4, stored.V4), Kept(kept.V6, stored.V6));
                else
                    (v4, v6) = (
                        await links.FreeAsync(facility, IpFamily.V4, $"{request.Id.Key} {identifier}"),
                        await links.FreeAsync(facility, IpFamily.V6, $"{request.Id.Key} {identifier}")
                    );
                if (v4 is null && v6 is null)
                {
                    item.Problem(
                        "AddressesNotOffered",
                        "sessionAddressProvider",
                        $"There are no addresses of ours for cables in {facility.Name}{(facility.LinkPrefixes.IsEmpty ? "" : " any more")}: give your own, with sessionAddressProvider Peer and sessionPrefixV4 or sessionPrefixV6."
                    );
                    continue;
                }
            }
            if (stored?.Link?.Router is not { } router && (router = RouterOf(facility, wanted, present)!) is null)
            {
                item.Problem(
                    "PeeringFacilityNotFound",
                    "peeringDBFacilityId",
                    $"No router of ours is in {facility.Name} now: ask for another facility."
                );
                continue;
            }
            foreach (End end in new[] { v4, v6 }.OfType<End>())
                links.Take(end.Prefix);
            wanted.Add(
                new WantedConnection(stored?.Identifier ?? identifier, facility.Site, facility.PeeringDbFacId)
                {
                    V4 = v4 is null ? null : new WantedPeer(v4.Peer.ToString(), most4),
                    V6 = v6 is null ? null : new WantedPeer(v6.Peer.ToString(), most6),
                    Key = key,
                    Link = new DirectLink
                    {
                        Facility = facility.Name,
                        Router = router,
                        Group = desk.Topology.GroupOf(router)?.Name ?? "",
                        AddressProvider = provider,
                        V4 = v4?.Prefix,
                        V6 = v6?.Prefix,
                        Bandwidth = bandwidth.Value,
                        ForPeeringService = forPeeringService,
                        TrackingId = $"CW-{Hash($"{request.Id.Key} {identifier}"):X8}",
                    },
                }
            );
        }
        return wanted;

        static End? Kept(IpPrefix? prefix, PeerFamily? peer) => prefix is { } p && peer is not null ? new End(p, peer.Peer) : null;
    }

    /// <summary>The wire form of a cable: what every connection shows, and what is a cable's alone.</summary>
    public static DirectConnectionBody Body(ExchangeConnectionBody connection, DirectLink link, ConnectionState state, string version) =>
        new()
        {
            // Recorded since this version.
            BillableBandwidthInMbps = string.CompareOrdinal(version, "2022-10-01") >= 0 ? 0 : null,
            BandwidthInMbps = link.Bandwidth.Mbps,
            ProvisionedBandwidthInMbps = link.Provisioned?.Mbps ?? 0,
            // Not of the connection in the first two previews.
            SessionAddressProvider = ByConnection(version) ? $"{link.AddressProvider}" : null,
            UseForPeeringService = ByConnection(version) ? link.ForPeeringService : null,
            // It came with 2020-10-01, and is told when there is something to connect.
            MicrosoftTrackingId =
                string.CompareOrdinal(version, "2020-10-01") >= 0
                && state is not (ConnectionState.PendingApproval or ConnectionState.ProvisioningFailed { WasApproved: false })
                    ? link.TrackingId
                    : null,
            PeeringDbFacilityId = connection.PeeringDbFacilityId,
            ConnectionState = connection.ConnectionState,
            BgpSession = connection.BgpSession,
            ConnectionIdentifier = connection.ConnectionIdentifier,
            ErrorMessage = connection.ErrorMessage,
        };

    private static bool ByConnection(string version) => string.CompareOrdinal(version, PeeringWire.Grown) >= 0;

    private Facility? FacilityOf(BodyReader item, string? location, DirectPeeringType type)
    {
        if (item.Integer("peeringDBFacilityId", 1, required: true) is not { } id)
            return null;
        Facility[] found = [.. desk.Topology.Facilities.Where(f => f.PeeringDbFacId == id)];
        if (found.Length == 0)
            item.Problem(
                "PeeringFacilityNotFound",
                "peeringDBFacilityId",
                $"{id} is no building where we are: there are {Listed(desk.Topology.Facilities)}. GET …/peeringLocations?kind=Direct lists them."
            );
        else if (location is null)
            return null;
        else if (found.FirstOrDefault(f => f.Location.Equals(location, StringComparison.OrdinalIgnoreCase)) is not { } facility)
            item.Problem(
                "PeeringFacilityNotFound",
                "peeringDBFacilityId",
                $"{id} is {found[0].Name} at {found[0].Location}, not at {location}: a peering is at one location."
            );
        else if (!facility.Types.Contains(type))
            item.Problem(
                "DirectPeeringTypeNotOffered",
                "peeringDBFacilityId",
                $"{facility.Name} is for direct peering of type {string.Join(" or ", facility.Types)}, not {type}: set 'properties.direct.directPeeringType'."
            );
        else
            return facility;
        return null;

        static string Listed(IEnumerable<Facility> facilities) =>
            string.Join(", ", facilities.Select(f => $"{f.PeeringDbFacId} ({f.Name} at {f.Location})")) is { Length: > 0 } some
                ? some
                : "none";
    }

    /// <summary>One port, or several of one size side by side; never more than the widest port.</summary>
    private static Bandwidth? BandwidthOf(BodyReader item, Facility? facility)
    {
        if (item.Integer("bandwidthInMbps", 1, required: true) is not { } mbps || facility is null)
            return null;
        if (mbps <= facility.Bandwidths.Max().Mbps && facility.Bandwidths.Any(b => mbps % b.Mbps == 0))
            return new Bandwidth(mbps);
        item.Problem(
            "BandwidthNotOffered",
            "bandwidthInMbps",
            $"{mbps} is not offered in {facility.Name}: write a multiple of {string.Join(" or ", facility.Bandwidths.Select(b => b.Mbps))}, at most {facility.Bandwidths.Max().Mbps}."
        );
        return null;
    }

    /// <summary>Unless a cable cannot have these addresses: they are nobody's, or lie in an exchange's LAN or in what is ours and not for cables.</summary>
    private End? Free(End? end, BodyReader session, string member)
    {
        if (end?.Prefix is not { } prefix)
            return null;
        NetworkTopology topology = desk.Topology;
        string? taken =
            s_nobodys.Any(n => n.Overlaps(prefix)) ? "holds no addresses that routers can have"
            : topology.Exchanges.FirstOrDefault(x => x.Lans.Any(lan => lan.Overlaps(prefix))) is { } exchange
                ? $"lies in the LAN of {exchange.Name}"
            : PeeringsOnRouters.OurNetworks(topology).Any(o => o.Overlaps(prefix))
            && !topology.Facilities.Any(f => f.LinkPrefixes.Any(l => l.Contains(prefix)))
                ? "lies in our networks"
            : null;
        if (taken is null)
            return end;
        session.Problem(
            "InvalidSessionPrefix",
            member,
            $"{prefix} {taken}: write a prefix of yours, or ask with sessionAddressProvider Microsoft for one of ours."
        );
        return null;
    }

    /// <summary>"This network" and the unspecified address (RFC 6890, RFC 4291). The real service takes all others, 240.0.0.0/4 among them.</summary>
    private static readonly IpPrefix[] s_nobodys = [IpPrefix.Parse("0.0.0.0/8"), IpPrefix.Parse("::/127")];

    /// <summary>The cable's addresses of one family as the peer gives them: its end is the first usable one unless it names the other.</summary>
    private static End? EndOf(BodyReader session, IpFamily family)
    {
        (string prefixMember, string peerMember, string oursMember, string right) =
            family == IpFamily.V4
                ? ("sessionPrefixV4", "peerSessionIPv4Address", "microsoftSessionIPv4Address", "/30 or /31")
                : ("sessionPrefixV6", "peerSessionIPv6Address", "microsoftSessionIPv6Address", "/126 or /127");
        string? text = session.String(prefixMember, 64),
            peerText = session.String(peerMember, 64),
            oursText = session.String(oursMember, 64);
        if (string.IsNullOrEmpty(text))
        {
            if (!string.IsNullOrEmpty(peerText) || !string.IsNullOrEmpty(oursText))
                session.Problem(
                    "InvalidSessionPrefix",
                    prefixMember,
                    $"Addresses are given with their prefix: set '{prefixMember}' ({right})."
                );
            return null;
        }
        if (!IpPrefix.TryParseLoose(text, out IpPrefix prefix, out bool hasHost) || prefix.Family != family || !LinkEnds.IsLink(prefix))
        {
            session.Problem(
                "InvalidSessionPrefix",
                prefixMember,
                $"'{text}' is no prefix of a cable: write {right}, such as {(family == IpFamily.V4 ? "192.0.2.0/31" : "2001:db8::/127")}."
            );
            return null;
        }
        LinkEnds ends = LinkEnds.Of(prefix);
        IPAddress peer = ends.First;
        // The address may stand before the length, as a router's own configuration has it.
        if (hasHost && string.IsNullOrEmpty(peerText))
            peerText = text[..text.IndexOf('/', StringComparison.Ordinal)];
        if (!string.IsNullOrEmpty(peerText))
        {
            if (!IPAddress.TryParse(peerText, out IPAddress? named) || !ends.Has(named))
            {
                session.Problem(
                    "InvalidPeerAddress",
                    peerMember,
                    $"'{peerText}' is no end of {prefix}: write {ends.First} or {ends.Second}."
                );
                return null;
            }
            peer = named;
        }
        if (!string.IsNullOrEmpty(oursText) && (!IPAddress.TryParse(oursText, out IPAddress? ours) || !ours.Equals(ends.Other(peer))))
        {
            session.Problem(
                "InvalidPeerAddress",
                oursMember,
                $"Our end of {prefix} is {ends.Other(peer)} when yours is {peer}: leave '{oursMember}' out."
            );
            return null;
        }
        return new End(prefix, peer);
    }

    /// <summary>The stored connection with one of these prefixes, or one in that building that has its addresses from us: a client that sent no identifier is given its own.</summary>
    private static string? Known(Peering? present, List<WantedConnection> wanted, Facility facility, End? v4, End? v6) =>
        present
            ?.Connections.Where(c => c.IsAt(facility.Site) && !wanted.Any(w => w.Identifier == c.Identifier))
            .FirstOrDefault(c =>
                v4 is null && v6 is null
                    ? c.Link?.AddressProvider == SessionAddressProvider.Microsoft
                    : (v4 is not null && c.Link?.V4 == v4.Prefix) || (v6 is not null && c.Link?.V6 == v6.Prefix)
            )
            ?.Identifier;

    /// <summary>The router of a building with the fewest of the peering's cables, so that two cables are on two routers.</summary>
    private string? RouterOf(Facility facility, List<WantedConnection> wanted, Peering? present)
    {
        string[] used =
        [
            .. wanted.Select(w => w.Link?.Router).OfType<string>(),
            .. (present?.Connections ?? [])
                .Where(c => !wanted.Any(w => w.Identifier == c.Identifier))
                .Select(c => c.Link?.Router)
                .OfType<string>(),
        ];
        return facility
            .Routers.Where(r => desk.Topology.GroupOf(r) is not null)
            .MinBy(r => used.Count(u => u.Equals(r, StringComparison.OrdinalIgnoreCase)));
    }

    private static uint Hash(string text) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The addresses of a cable, and the peer's of them.</summary>
    private sealed record End(IpPrefix Prefix, IPAddress Peer);

    /// <summary>Addresses of cables that are taken, as far as this request has to know.</summary>
    private sealed class Links(IStore store, CancellationToken cancellation)
    {
        private readonly HashSet<string> _mine = new(StringComparer.Ordinal);
        private HashSet<string>? _taken;

        public void Take(IpPrefix prefix)
        {
            foreach (IPAddress address in LinkEnds.All(prefix))
                _mine.Add(Peering.LinkClaim(address));
        }

        /// <summary>A free /31 or /127 of a building's own; null when there is none. It is sought from a place of its own on, so that requests at one time seldom meet.</summary>
        public async ValueTask<End?> FreeAsync(Facility facility, IpFamily family, string seed)
        {
            foreach (IpPrefix pool in facility.LinkPrefixes.Where(p => p.Family == family))
            {
                _taken ??= [.. await store.ClaimsAsync(Peering.LinkClaims, cancellation)];
                int bits = pool.MaxLength - 1 - pool.Length;
                uint links = bits >= 20 ? MostTried : 1u << bits,
                    from = Hash($"{seed} {family}") % links;
                for (uint i = 0; i < links; i++)
                {
                    IpPrefix link = IpPrefix.Of(pool.AddressAt((from + i) % links * 2), pool.MaxLength - 1);
                    if (LinkEnds.All(link).Select(Peering.LinkClaim).All(c => !_taken.Contains(c) && !_mine.Contains(c)))
                        return new End(link, LinkEnds.Of(link).First);
                }
            }
            return null;
        }
    }
}
