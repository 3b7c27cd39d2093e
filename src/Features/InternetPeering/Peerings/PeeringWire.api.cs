using System.Collections.Immutable;
using System.Net;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.InternetPeering;

/// <summary>The wire form of peerings, of all api-versions: what is the server's to say (our addresses, states) is shown, and what comes back of it is not read.</summary>
internal sealed class PeeringWire(PeeringDesk desk, PeeringSessions sessions, DirectConnections cables)
    : Wire<Peering, InternetPeeringBody>(() => InternetPeeringContract.Default.InternetPeeringBody)
{
    /// <summary>azure-behaviour f.5.</summary>
    private static readonly string[] s_skus =
    [
        "Basic_Exchange_Free",
        "Basic_Direct_Free",
        "Premium_Direct_Free",
        "Premium_Exchange_Metered",
        "Premium_Direct_Metered",
        "Premium_Direct_Unlimited",
    ];

    private const int LongestIdentifier = 64;

    /// <summary>The first version that answers a new peering by 201, and in which connections have settings of their own (earlier ones recorded).</summary>
    public const string Grown = "2019-08-01-preview";

    /// <summary>The first version that says why a connection failed.</summary>
    private const string WithErrors = "2019-09-01-preview";

    /// <summary>The first version with etags and with names of connections.</summary>
    private const string WithNames = "2019-06-01-preview";

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, Peering? present)
    {
        string? location = body.Location(present?.Location);
        var tags = body.Tags();
        string? sku = body.Object("sku", required: true).OneOf("name", s_skus, required: true);
        string? kind = body.OneOf("kind", ["Exchange", "Direct"], required: true);
        BodyReader properties = body.Object("properties", required: true);
        bool isDirect = kind == "Direct";
        (string side, string otherSide) = isDirect ? ("direct", "exchange") : ("exchange", "direct");
        if (properties.Has(otherSide))
            properties.Problem("PeeringKindMismatch", otherSide, $"A peering of kind {kind} is described by 'properties.{side}' alone.");
        if (sku is not null && !sku.Contains(isDirect ? "Direct" : "Exchange", StringComparison.Ordinal))
            body.Problem(
                "SkuKindMismatch",
                "sku.name",
                $"{sku} is not of kind {kind}: use {(isDirect ? "Basic_Direct_Free" : "Basic_Exchange_Free")}."
            );
        string? place = properties.String("peeringLocation", 200, required: true);
        PeeringLocation? at = place is null ? null : desk.Topology.FindLocation(place);
        if (place is not null && at is null)
            properties.Problem(
                "PeeringLocationNotFound",
                "peeringLocation",
                $"'{place}' is no location: there are {string.Join(", ", desk.Topology.PeeringLocations.Select(l => l.Name))}."
            );
        BodyReader described = properties.Object(side, required: true);
        ResourceId? asnId = described.Reference("peerAsn", PeerAsn.ResourceType, required: true);
        DirectPeeringType? type = isDirect ? DirectConnections.TypeOf(described, present) : null;
        List<WantedConnection> connections = type is { } direct
            ? await cables.ReadAsync(request, described, at?.Name, direct, present)
            : Connections(described, at?.Name, present);
        if (body.Refusal is not null || asnId is null)
            return Refusal.Invalid("InvalidRequestFormat", "The body is not that of a peering."); // The body's own problems are told instead.
        (PeerAsn? asn, Refusal? no) = await desk.PeerAsnAsync(request, asnId, $"properties.{side}.peerAsn");
        if (no is not null)
            return no;
        var looked = new List<WantedConnection>();
        var problems = new List<Refusal>();
        foreach (WantedConnection connection in connections)
        {
            Exchange? there = desk.Topology.FindExchange(connection.Site);
            string[] addresses = [.. new[] { connection.V4?.Address, connection.V6?.Address }.OfType<string>()];
            string[] known = [.. present?.Find(connection.Identifier)?.Families.Select(f => f.Peer.Address) ?? []];
            // What stands has been looked at; a record that is mended badly later takes nothing away by a PUT of tags.
            string[] missing = addresses.All(known.Contains) ? [] : [.. desk.Missing(asn!.Asn, there, addresses)];
            problems.AddRange(missing.Select(m => Refusal.Invalid("PeeringPolicyNotMet", $"{m}.", $"properties.{side}.connections")));
            looked.Add(
                connection with
                {
                    ApprovedBy = await desk.ApprovedByAsync(asn!.Asn, connection.Site, addresses, request.Aborted),
                    IsLegacy = there is not null && PeeringDesk.LegacyOf(there, asn.Asn, addresses) is not null,
                }
            );
            if (
                looked[^1] is { IsLegacy: true, Key: PeerKey.Set }
                && present?.Find(connection.Identifier)?.State is null or ConnectionState.PendingApproval
            )
                problems.Add(
                    Refusal.Invalid(
                        "KeyOfLegacySession",
                        $"The session from before with {string.Join(" and ", addresses)} runs without a key and is converted as it runs: ask without one, and set it when the connection is Active.",
                        $"properties.{side}.connections"
                    )
                );
            if (there is not null && PeeringDesk.LegacyOfAnother(there, asn.Asn, addresses) is { } another)
                problems.Add(another);
        }
        if (problems.Count > 0)
            return Refusal.Of(problems);
        return new PutPeering(request.Now, present?.Id ?? request.Id)
        {
            Location = location ?? "",
            Tags = tags,
            Sku = sku!,
            PeeringLocation = at!.Name,
            PeerAsnId = asn!.Id,
            PeerAsn = asn.Asn,
            DirectType = type,
            Connections = [.. looked],
            TopologyRevision = desk.Topology.Revision,
        };
    }

    private List<WantedConnection> Connections(BodyReader exchange, string? location, Peering? present)
    {
        IReadOnlyList<BodyReader>? items = exchange.Objects("connections", Peering.MostConnections);
        var wanted = new List<WantedConnection>();
        if (exchange.IsPresent && (items is { Count: 0 } || !exchange.Has("connections")))
            exchange.Problem(
                "InvalidRequestFormat",
                "connections",
                "'properties.exchange.connections' is empty: name at least one, with your address at the exchange."
            );
        foreach (BodyReader item in items ?? [])
        {
            int? facility = item.Integer("peeringDBFacilityId", 1, required: true);
            string? identifier = item.String("connectionIdentifier", LongestIdentifier);
            bool isReady = item.Boolean("readyOnApproval") ?? false;
            Exchange? there = facility is { } id ? desk.ExchangeOf(item, id, location) : null;
            BodyReader session = item.Object("bgpSession", required: true);
            WantedPeer? v4 = Peer(session, IpFamily.V4, there),
                v6 = Peer(session, IpFamily.V6, there);
            if (
                session.IsPresent
                && v4 is null
                && v6 is null
                && !session.Has("peerSessionIPv4Address")
                && !session.Has("peerSessionIPv6Address")
            )
                session.Problem(
                    "InvalidPeerAddress",
                    "peerSessionIPv4Address",
                    "A connection needs your address at the exchange: give peerSessionIPv4Address, peerSessionIPv6Address, or both."
                );
            if (there is null || (v4 is null && v6 is null))
                continue;
            if (string.IsNullOrEmpty(identifier))
                identifier = Known(present, there, v4, v6) ?? Guid.NewGuid().ToString("D");
            if (wanted.Any(w => w.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase)))
                item.Problem(
                    "InvalidParameter",
                    "connectionIdentifier",
                    $"'{identifier}' is listed twice: each connection has an identifier of its own."
                );
            else if (wanted.Any(w => w.Site == there.Name && (Same(w.V4, v4) || Same(w.V6, v6))))
                item.Problem(
                    "InvalidParameter",
                    "bgpSession",
                    "The same address is listed twice at one exchange: a connection is one, however many routers of ours it meets."
                );
            else
                wanted.Add(
                    new WantedConnection(present?.Find(identifier)?.Identifier ?? identifier, there.Name, there.PeeringDbIxId)
                    {
                        V4 = v4,
                        V6 = v6,
                        Key = desk.Key(session),
                        IsReady = isReady,
                    }
                );
        }
        return wanted;

        static bool Same(WantedPeer? a, WantedPeer? b) => a is not null && b is not null && a.Address == b.Address;
    }

    /// <summary>The identifier of the stored connection with one of these addresses: a client that sent none is given the one that it has.</summary>
    private static string? Known(Peering? present, Exchange exchange, WantedPeer? v4, WantedPeer? v6) =>
        present
            ?.Connections.FirstOrDefault(c =>
                c.Site == exchange.Name
                && ((v4 is not null && c.V4?.Address == v4.Address) || (v6 is not null && c.V6?.Address == v6.Address))
            )
            ?.Identifier;

    private static WantedPeer? Peer(BodyReader session, IpFamily family, Exchange? exchange)
    {
        (string address, string limit) =
            family == IpFamily.V4
                ? ("peerSessionIPv4Address", "maxPrefixesAdvertisedV4")
                : ("peerSessionIPv6Address", "maxPrefixesAdvertisedV6");
        IPAddress? peer = PeeringDesk.Address(session, address, family, exchange);
        int most = session.Integer(limit, 0, PeeringDesk.MostPrefixes) ?? 0;
        return peer is null ? null : new WantedPeer(peer.ToString(), most);
    }

    protected override async ValueTask<InternetPeeringBody> BodyAsync(ArmRequest request, Versioned<Peering> resource, Moment moment)
    {
        Peering p = resource.Resource;
        string[] parts = p.Sku.Split('_');
        var connections = new List<ExchangeConnectionBody>();
        var cables = new List<DirectConnectionBody>();
        foreach (Connection c in p.Connections)
        {
            ExchangeConnectionBody connection = await ConnectionAsync(p, c, request);
            if (c.Link is { } link)
                cables.Add(DirectConnections.Body(connection, link, c.State, request.ApiVersion));
            else
                connections.Add(connection);
        }
        return new InternetPeeringBody
        {
            Sku = new PeeringSkuBody(p.Sku, parts.ElementAtOrDefault(0), parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2)),
            Kind = p.IsDirect ? "Direct" : "Exchange",
            Properties = new InternetPeeringProperties
            {
                Exchange = p.IsDirect ? null : new ExchangePropertiesBody(connections, new ReferenceBody(p.PeerAsnId.Text)),
                Direct = p.DirectType is { } type
                    ? new DirectPropertiesBody(
                        cables,
                        p.Connections.Any(c => c.Link is { ForPeeringService: true }),
                        new ReferenceBody(p.PeerAsnId.Text),
                        request.IsSince(Grown) ? $"{type}" : null
                    )
                    : null,
                PeeringLocation = p.PeeringLocation,
                ProvisioningState = "Succeeded",
            },
            Location = p.Location,
            Tags = p.Tags,
            // The first preview has them on direct peerings only.
            ETag = (p.IsDirect || request.IsSince(WithNames)) && !request.IsSince("2021") ? resource.ETag.ToString("D") : null,
            Name = p.Id.Name,
            Id = p.Id.Text,
            Type = Peering.ResourceType,
        };
    }

    private async ValueTask<ExchangeConnectionBody> ConnectionAsync(Peering p, Connection c, ArmRequest request)
    {
        MeetingPlace? place = c.PlaceIn(desk.Topology);
        IReadOnlyList<KnownSession> known = await sessions.OfAsync(p, c, request.Aborted);
        return new ExchangeConnectionBody
        {
            PeeringDbFacilityId = c.FacilityId,
            ConnectionState = c.State.WireName,
            BgpSession = new BgpSessionBody
            {
                SessionPrefixV4 = c.V4 is null ? null : place?.Lan(IpFamily.V4)?.ToString(),
                SessionPrefixV6 = c.V6 is null ? null : place?.Lan(IpFamily.V6)?.ToString(),
                MicrosoftSessionIPv4Address = c.V4 is null ? null : Ours(IpFamily.V4),
                MicrosoftSessionIPv6Address = c.V6 is null ? null : Ours(IpFamily.V6),
                PeerSessionIPv4Address = c.V4?.Address,
                PeerSessionIPv6Address = c.V6?.Address,
                SessionStateV4 = PeeringSessions.StateOf(c, IpFamily.V4, place, known),
                SessionStateV6 = PeeringSessions.StateOf(c, IpFamily.V6, place, known),
                MaxPrefixesAdvertisedV4 = c.V4?.MaxPrefixes ?? 0,
                MaxPrefixesAdvertisedV6 = c.V6?.MaxPrefixes ?? 0,
                // Recorded: an empty key is given back while a connection is on its way.
                Md5AuthenticationKey = c is { KeyFingerprint: "", State: not ConnectionState.Active } ? "" : null,
            },
            ConnectionIdentifier = request.IsSince(WithNames) ? c.Identifier : null,
            ReadyOnApproval = c.IsReady ? true : null,
            ErrorMessage = c.State is ConnectionState.ProvisioningFailed f && request.IsSince(WithErrors) ? f.Error : null,
        };

        string? Ours(IpFamily family) => place is null ? null : string.Join(',', place.Addresses(family));
    }
}
