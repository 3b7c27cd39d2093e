using System.Globalization;
using System.Net;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// <c>Microsoft.Peering/legacyPeerings</c>: the topology's sessions from before that no peering was made of yet, a peering for each ASN, with the states that our
/// routers see; only those of the subscription's own approved ASNs. There are none of direct peering.
/// </summary>
internal sealed class LegacyPeeringEndpoints(
    Func<NetworkTopology> topology,
    Engine engine,
    LegacyPeerWorkflow workflow,
    PeerAsnWorkflow asns,
    PeeringSessions sessions
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(PeeringCatalogue.LegacyPeerings, ArmLevel.Subscription)
            .ListInSubscription(
                ListAsync,
                () => PeeringLocationsContract.Default.LegacyPeeringBody,
                new ArmParameter("peeringLocation", "Required: the name of a peering location."),
                new ArmParameter("kind", "Required: Direct or Exchange."),
                new ArmParameter("asn", "Only those of this ASN."),
                new ArmParameter("directPeeringType", "Of direct peerings, of which there are none from before.")
            );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        if (request.Query("peeringLocation") is not { Length: > 0 } location)
            return PeeringQueries.Missing("peeringLocation", "the name of a peering location, such as Amsterdam");
        if (PeeringQueries.Kind(request, out bool isDirect, out _) is { } no)
            return no;
        Asn only = default;
        if (request.Query("asn") is { Length: > 0 } text && !Asn.TryParse(text, out only))
            return PeeringQueries.Wrong("asn", text, "write a number, such as 64500");
        HashSet<Asn> own = await OwnAsync(request.Id, request.Aborted);
        var byAsn = new SortedDictionary<Asn, List<ExchangeConnectionBody>>();
        foreach (Exchange exchange in topology().Exchanges)
            if (!isDirect && exchange.Location.Equals(location, StringComparison.OrdinalIgnoreCase))
            {
                HashSet<string> converted = await ConvertedAsync(exchange, request.Aborted);
                foreach (LegacySession legacy in exchange.Legacy)
                    if (
                        own.Contains(legacy.Asn)
                        && (only == default || legacy.Asn == only)
                        && !converted.Contains(IdOf(exchange, legacy).Key)
                    )
                    {
                        if (!byAsn.TryGetValue(legacy.Asn, out List<ExchangeConnectionBody>? connections))
                            byAsn[legacy.Asn] = connections = [];
                        connections.Add(await ConnectionAsync(exchange, legacy, request.Aborted));
                    }
            }
        string place = topology().FindLocation(location)?.Name ?? location;
        return await request.ListAsync(
            [.. byAsn],
            null,
            _ => request.Id,
            of => new LegacyPeeringBody(
                new PeeringSkuBody("Basic_Exchange_Free", "Basic", "Exchange", "Free"),
                "Exchange",
                new InternetPeeringProperties
                {
                    Exchange = new ExchangePropertiesBody(of.Value, new ReferenceBody(of.Key.Value.ToString(CultureInfo.InvariantCulture))),
                    PeeringLocation = place,
                    ProvisioningState = "Succeeded",
                }
            ),
            PeeringLocationsContract.Default.LegacyPeeringBody
        );
    }

    /// <summary>ASNs that the subscription has said are its own, and the operator has believed it.</summary>
    private async Task<HashSet<Asn>> OwnAsync(ResourceId subscription, CancellationToken cancellation)
    {
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = PeerAsn.ResourceType,
                Scope = subscription,
                Most = 1000,
            },
            cancellation
        );
        return
        [
            .. rows
                .Items.Where(r => asns.TryRead(r, out Versioned<PeerAsn>? read) && read.Resource.State is PeerAsnState.Approved)
                .Select(r => asns.Read(r).Resource.Asn),
        ];
    }

    private static ResourceId IdOf(Exchange exchange, LegacySession legacy) =>
        LegacyPeer.IdOf(exchange.Name, legacy.Asn, legacy.Addresses.OrderBy(a => a.AddressFamily));

    /// <summary>Those of which peerings were made: they are listed as such.</summary>
    private async Task<HashSet<string>> ConvertedAsync(Exchange exchange, CancellationToken cancellation)
    {
        var converted = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (StoredResource row in LegacySessions.RowsAsync(engine.Store, exchange, cancellation))
            if (workflow.TryRead(row, out Versioned<LegacyPeer>? read) && read.Resource.ConvertedTo is not null)
                converted.Add(row.Id.Key);
        return converted;
    }

    private async ValueTask<ExchangeConnectionBody> ConnectionAsync(Exchange exchange, LegacySession legacy, CancellationToken cancellation)
    {
        string? v4 = Theirs(IpFamily.V4),
            v6 = Theirs(IpFamily.V6);
        IReadOnlyList<KnownSession> known = await sessions.AtAsync(
            exchange,
            legacy.Asn,
            legacy.Addresses.Select(a => (IpPrefix.Host(a).Family, new PeerFamily(a.ToString(), 0))),
            cancellation
        );
        return new ExchangeConnectionBody
        {
            PeeringDbFacilityId = exchange.PeeringDbIxId,
            ConnectionState = "Active",
            BgpSession = new BgpSessionBody
            {
                SessionPrefixV4 = v4 is null ? null : exchange.Lan(IpFamily.V4)?.ToString(),
                SessionPrefixV6 = v6 is null ? null : exchange.Lan(IpFamily.V6)?.ToString(),
                MicrosoftSessionIPv4Address = v4 is null ? null : string.Join(',', exchange.Addresses(IpFamily.V4)),
                MicrosoftSessionIPv6Address = v6 is null ? null : string.Join(',', exchange.Addresses(IpFamily.V6)),
                PeerSessionIPv4Address = v4,
                PeerSessionIPv6Address = v6,
                SessionStateV4 = PeeringSessions.WorstOf(known, IpFamily.V4),
                SessionStateV6 = PeeringSessions.WorstOf(known, IpFamily.V6),
            },
            ConnectionIdentifier = "",
        };

        string? Theirs(IpFamily family) =>
            legacy.Addresses.FirstOrDefault(a => IpPrefix.Host(a).Family == family) is IPAddress address ? address.ToString() : null;
    }
}
